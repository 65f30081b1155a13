// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/data/dataset.h"

namespace alidade {

/// The points of one object, camera frame, metres: [N, 3], in farthest-point order.
using ObjectPoints = std::vector<Eigen::Vector3f>;

/// Fewest measured pixels that make an object estimable.
inline constexpr int kMinObjectPixels = 32;

/// The network's input for one object: back-projected depth inside its visible mask (camera frame, metres), a
/// random subset of at most 2 * num_points pixels, of which num_points in farthest-point order are kept
/// (repeated when there are fewer). Equal seeds give equal points. Errors: no depth, no mask, no intrinsics,
/// fewer than kMinObjectPixels.
Expected<ObjectPoints> object_points(const Frame& frame, std::size_t instance_position, int num_points,
                                     std::uint64_t seed);

/// Points and where in the image they were measured.
struct MeasuredPoints {
  ObjectPoints points;
  std::vector<std::uint32_t> pixels;  ///< of each point: v * width + u of the depth image
};

/// The same points with their pixels.
Expected<MeasuredPoints> measured_object_points(const Frame& frame, std::size_t instance_position,
                                                int num_points, std::uint64_t seed);

}  // namespace alidade
