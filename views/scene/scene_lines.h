// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "views/scene/scene_contents.h"

namespace alidade {

/// Straight lines in the frame's camera, metres.
using Lines = std::vector<std::pair<Eigen::Vector3d, Eigen::Vector3d>>;

inline constexpr double kFrustumDepth = 0.12;  ///< metres
inline constexpr int kGridCells = 8;           ///< to each side of the floor's middle
/// Up to this many lines of hypotheses are drawn thick: fifty boxes have as many.
inline constexpr std::size_t kFewHypothesisLines = 600;

/// The camera's frustum: its picture at `depth` metres, joined to the eye; empty without intrinsics.
Lines frustumLines(const PinholeCamera& camera, double depth);

/// A square grid of 10 cm cells on the floor below the objects, `cells` cells to each side of its middle.
Lines gridLines(const Floor& floor, int cells);

/// The lines cut into dashes, metres.
Lines dashed(const Lines& lines, double dash, double gap);

/// A point cloud: positions and RGB of every `stride`-th measured pixel, so that there are at most `limit` of
/// them.
struct PointCloud {
  std::vector<float> xyz;
  std::vector<unsigned char> rgb;
  std::vector<std::uint32_t> pixel;  ///< number of each point's pixel in the depth image, row by row
  int stride = 1;  ///< pixels from point to point
  std::size_t size() const { return xyz.size() / 3; }
};

/// Points of the depth image in the frame's camera; without color they take `plain`. Empty without depth or
/// intrinsics. Reuses the memory of `cloud`.
void backProject(const Frame& frame, std::size_t limit, const std::array<unsigned char, 3>& plain,
                 PointCloud& cloud);

}  // namespace alidade
