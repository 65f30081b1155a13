// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/geometry/rigid.h"

namespace alidade {

/// Points as three arrays, in the order of the tree that holds them.
struct PointArrays {
  std::vector<double> x, y, z;

  std::size_t size() const { return x.size(); }
  Eigen::Vector3d point(std::size_t i) const { return {x[i], y[i], z[i]}; }
};

/// A k-d tree over the vertices of an object. It reorders them, so that those near in space are near in
/// memory: each node owns a consecutive range of points().
class NearestVertex {
 public:
  static constexpr std::uint32_t kLeafSize = 16;  ///< no leaf holds more points

  /// The left child of an inner node follows it at once, the right one is at `right`; 0 marks a leaf.
  struct Node {
    Eigen::Vector3d low, high;  ///< bounding box of the points
    Eigen::Vector3d center;     ///< of the box
    double radius = 0.0;        ///< no point of the node is farther from `center`
    std::uint32_t begin = 0;    ///< range of the points, end excluded
    std::uint32_t end = 0;
    std::uint32_t right = 0;

    bool leaf() const { return right == 0; }
  };

  NearestVertex() = default;
  /// Finite points; may be empty, coincide or be coplanar.
  explicit NearestVertex(std::span<const Eigen::Vector3d> points);

  const PointArrays& points() const { return points_; }
  /// Depth first, the root at the front; empty without points.
  const std::vector<Node>& nodes() const { return nodes_; }

  /// Moves every vertex by `motion` (object frame to object frame) and returns the mean distance from there
  /// to the nearest vertex that was not moved: exactly what comparing all pairs gives. Needs a vertex.
  double mean_distance_after(const Rigid3& motion) const;

 private:
  PointArrays points_;
  std::vector<Node> nodes_;
};

}  // namespace alidade
