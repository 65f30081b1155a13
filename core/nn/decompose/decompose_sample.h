// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/data/dataset.h"
#include "core/geometry/symmetry.h"
#include "core/nn/decompose/decompose_config.h"
#include "core/nn/model.h"
#include "core/nn/object_points.h"
#include "core/nn/vit/image_encoder.h"

namespace alidade {

/// What the network sees of an object.
struct DecomposeInput {
  ObjectPoints points;                       ///< camera frame, metres, farthest-point order
  std::shared_ptr<const PatchGrid> patches;  ///< of the color crop; null without color
  std::vector<Eigen::Vector2f> places;       ///< of the points in the crop, pixels
  std::string category;
};

/// One object to learn from.
struct DecomposeSample {
  DecomposeInput input;
  Eigen::Matrix3d R = Eigen::Matrix3d::Identity();  ///< box pose, cam_from_obj
  Eigen::Vector3d t = Eigen::Vector3d::Zero();      ///< center of the box, metres
  Eigen::Vector3d size = Eigen::Vector3d::Zero();   ///< full side lengths, metres
  SymmetryGroup symmetry;
};

/// Makes inputs and samples of one network: its points, its crops, its frozen encoder.
class DecomposeSampler {
 public:
  /// `encoder` may be null for a network without color.
  DecomposeSampler(const DecomposeConfig& config, std::shared_ptr<ImageEncoder> encoder);

  /// The object at `position` of a frame. Equal seeds choose equal points. kInput for one without points,
  /// and for a network with color where the frame has none.
  Expected<DecomposeInput> input(const Frame& frame, std::size_t position, std::uint64_t seed) const;
  /// The same with its ground truth.
  Expected<DecomposeSample> sample(const Frame& frame, std::size_t position, std::uint64_t seed) const;

 private:
  int num_points_, crop_px_;
  std::shared_ptr<ImageEncoder> encoder_;
};

/// A sample as an example of the network.
std::unique_ptr<ModelExample> decompose_example(DecomposeSample sample);

/// The samples of a batch of such examples. ErrorCode::kUsage when it is empty or an example is not one of
/// these or does not fit the configuration.
Expected<std::vector<const DecomposeSample*>> decompose_samples(std::span<const ModelExample* const> batch,
                                                                const DecomposeConfig& config);

}  // namespace alidade
