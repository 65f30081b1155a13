// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

namespace alidade {

/// Points as three arrays, in the order of the tree that holds them.
struct PointArrays {
  std::vector<double> x, y, z;

  std::size_t size() const { return x.size(); }
  Eigen::Vector3d point(std::size_t i) const { return {x[i], y[i], z[i]}; }
};

/// A k-d tree over fixed points. It reorders them, so that points near in space are near in memory: the
/// leaves are consecutive ranges of points().
class NearestVertex {
 public:
  /// One leaf or inner node; children of an inner node follow it: the left one at once, the right at `right`.
  struct Node {
    double split = 0.0;       ///< points at or below it go left
    std::uint32_t begin = 0;  ///< range of the points, end excluded
    std::uint32_t end = 0;
    std::uint32_t right = 0;                           ///< index of the right child
    std::int32_t axis = -1;                            ///< 0..2; -1 = leaf
    Eigen::Vector3d center = Eigen::Vector3d::Zero();  ///< of the bounding box of the points
    double radius = 0.0;                               ///< no point of the node is farther from `center`
  };

  /// The nearest point found and its squared distance.
  struct Found {
    std::uint32_t index = 0;
    double squared_distance = 0.0;
  };

  NearestVertex() = default;
  /// Finite points; may be empty, coincide or be coplanar.
  explicit NearestVertex(std::span<const Eigen::Vector3d> points);

  const PointArrays& points() const { return points_; }
  /// Depth first, the root at the front; empty without points.
  const std::vector<Node>& nodes() const { return nodes_; }

  /// The point nearest to `query` (exact). `guess` is the index of any point; the nearer it is, the faster
  /// the search. Needs at least one point.
  Found nearest(const Eigen::Vector3d& query, std::uint32_t guess = 0) const;

 private:
  void search(std::uint32_t node, const double query[3], double offsets[3], Found& best) const;
  void scan(const Node& leaf, const double query[3], Found& best) const;

  PointArrays points_;
  std::vector<Node> nodes_;
  Eigen::Vector3d low_ = Eigen::Vector3d::Zero();  ///< corners of the bounding box of all points
  Eigen::Vector3d high_ = Eigen::Vector3d::Zero();
};

}  // namespace alidade
