// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace alidade {

/// A triangle mesh in its object frame, metres. `normals` and `colors` are empty or one per vertex; a mesh
/// without faces is a point cloud.
struct Mesh {
  std::vector<Eigen::Vector3f> vertices;
  std::vector<Eigen::Vector3f> normals;
  std::vector<std::array<std::uint8_t, 3>> colors;  ///< RGB
  std::vector<std::array<std::uint32_t, 3>> faces;
};

}  // namespace alidade
