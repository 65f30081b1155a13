// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/random.h"
#include "core/data/point_scene.h"
#include "core/nn/model.h"
#include "core/nn/sparse_detector/detector_config.h"
#include "core/ops/sparse/voxel_set.h"

namespace alidade {

/// A scene as a detector learns from it.
struct DetectorSample {
  std::string name;
  std::vector<float> points;         ///< [n,3] metres, z up
  std::vector<std::uint8_t> colors;  ///< [n,3] RGB; empty when there are none
  std::vector<UprightBox> boxes;
  std::vector<int> labels;  ///< of the boxes; index into the source's classes
};

/// The label of each category of a set as a source's head has it; -1 where the head does not have it.
std::vector<int> labels_of_categories(const std::vector<std::string>& categories,
                                      const DetectorSource& source);

/// A scene for a source: boxes of other classes are left out, at most `most_points` points are kept (0 =
/// all), drawn from `seed`. kInput for a category outside the list, a box that is not finite or has no
/// volume, and a scene without points.
Expected<DetectorSample> detector_sample(const PointScene& scene, const std::vector<int>& labels,
                                         std::size_t most_points, std::uint64_t seed);

/// What changes a scene at every look at it. Aligned boxes stay aligned: they are turned by quarters, and by
/// small angles become their hulls (TR3D).
struct DetectorAugmentation {
  double flip = 0.5;              ///< probability of mirroring, x and y each
  double turn_rad = 0.0872;       ///< aligned sources: up to so far either way
  double free_turn_rad = 3.1416;  ///< rotated sources alike
  bool quarter_turns = true;      ///< aligned sources: none, one, two or three
  double scale = 0.1;             ///< factor from 1 - scale to 1 + scale
  double shift_m = 0.1;           ///< standard deviation along each axis
};

DetectorSample augmented(const DetectorSample& sample, BoxForm form, const DetectorAugmentation& change,
                         Random& random);

/// What the network sees of a scene: the voxels that hold points, and colors from 0 to 1, [rows, 3]; 0.5
/// where there are none. By the corrected rules colors are means, by the reference those of the first point.
struct DetectorInput {
  VoxelSet voxels;
  std::vector<float> features;
};
inline constexpr int kDetectorFeatures = 3;

/// Points that are not finite, or so far away that a voxel's number does not fit 32 bits, are left out. An
/// Error (kUsage) for points and colors that do not fit each other.
Expected<DetectorInput> detector_input(std::span<const float> points, std::span<const std::uint8_t> colors,
                                       const DetectorConfig& config);

/// A scene of a source as an example of the network.
struct DetectorExample final : ModelExample {
  int source = 0;
  DetectorSample sample;
};

}  // namespace alidade
