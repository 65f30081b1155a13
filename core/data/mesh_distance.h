// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/data/mesh_render.h"

namespace alidade {

/// Distances to the surface of a mesh, exact, by a tree of boxes over its faces. A mesh without faces is the
/// set of its vertices.
class MeshDistance {
 public:
  explicit MeshDistance(const Mesh& mesh);

  /// From a point in the mesh's frame to the nearest point of the surface, metres; `most` when that is nearer
  /// than the surface. Infinity for an empty mesh.
  double distance(const Eigen::Vector3d& point,
                  double most = std::numeric_limits<double>::infinity()) const;

 private:
  using Triangle = std::array<Eigen::Vector3f, 3>;
  struct Node {
    Eigen::Vector3f low, high;
    std::uint32_t first = 0;  ///< of its triangles; for an inner node its left child, the right one follows
    std::uint32_t count = 0;  ///< 0 for an inner node
  };

  void build(std::size_t node, std::size_t first, std::size_t count);

  std::vector<Triangle> triangles_;
  std::vector<Node> nodes_;
};

/// Distance of the point that each pixel of `depth` measured to the nearest of the placed meshes, metres: NaN
/// without measurement, infinity beyond `most`. Empty without depth or intrinsics.
ImageF model_distances(const ImageF& depth, const PinholeCamera& camera, std::span<const PlacedMesh> meshes,
                       double most);

}  // namespace alidade
