// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "core/evaluation/errors/nearest_vertex.h"

namespace alidade {
namespace {

constexpr std::size_t kLanes = NearestVertex::kLeafSize;
using Lanes = Eigen::Array<double, kLanes, 1>;

/// The moved vertices of one leaf look for their nearest vertices together: they are close to each other, so
/// one walk over the tree serves them all, and the arithmetic runs over them in parallel lanes.
///
/// All bounds are computed with the same operations as the distances they bound. Rounding is monotonic, so no
/// bound ever exceeds a distance it stands for, and pruning changes no bit of the result.
class LeafSearch {
 public:
  LeafSearch(const NearestVertex& tree, const NearestVertex::Node& leaf, const Rigid3& motion)
      : tree_(tree), count_(leaf.end - leaf.begin) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      // Lanes without a vertex of their own repeat the first one.
      const Eigen::Vector3d own = tree.points().point(leaf.begin + (lane < count_ ? lane : 0));
      const Eigen::Vector3d query = motion * own;
      x_[lane] = query.x();
      y_[lane] = query.y();
      z_[lane] = query.z();
      const double dx = own.x() - x_[lane], dy = own.y() - y_[lane], dz = own.z() - z_[lane];
      best_[lane] = dx * dx + dy * dy + dz * dz;  // a first bound: where it came from
      low_ = lane == 0 ? query : Eigen::Vector3d(low_.cwiseMin(query));
      high_ = lane == 0 ? query : Eigen::Vector3d(high_.cwiseMax(query));
    }
    center_ = 0.5 * (low_ + high_);
    worst_ = best_.maxCoeff();
  }

  /// The nearest distances of the leaf's vertices, summed.
  double sum() {
    visit(0);
    double total = 0.0;
    for (std::size_t lane = 0; lane < count_; ++lane) {
      total += std::sqrt(best_[lane]);
    }
    return total;
  }

 private:
  /// Squared gap between the boxes of the queries and of a node.
  double gap(const NearestVertex::Node& node) const {
    double sum = 0.0;
    for (int i = 0; i < 3; ++i) {
      const double apart = std::max({node.low[i] - high_[i], low_[i] - node.high[i], 0.0});
      sum += apart * apart;
    }
    return sum;
  }

  void visit(std::uint32_t index) {
    const NearestVertex::Node& node = tree_.nodes()[index];
    if (gap(node) >= worst_) {
      return;
    }
    if (node.leaf()) {
      if (worthwhile(node)) {
        scan(node);
      }
      return;
    }
    const double left = (tree_.nodes()[index + 1].center - center_).squaredNorm();
    const double right = (tree_.nodes()[node.right].center - center_).squaredNorm();
    visit(left <= right ? index + 1 : node.right);
    visit(left <= right ? node.right : index + 1);
  }

  /// Whether the box of the leaf is near enough for any lane.
  bool worthwhile(const NearestVertex::Node& leaf) const {
    const Lanes dx = (leaf.low.x() - x_).max(x_ - leaf.high.x()).max(0.0);
    const Lanes dy = (leaf.low.y() - y_).max(y_ - leaf.high.y()).max(0.0);
    const Lanes dz = (leaf.low.z() - z_).max(z_ - leaf.high.z()).max(0.0);
    return (best_ - (dx * dx + dy * dy + dz * dz)).maxCoeff() > 0.0;
  }

  void scan(const NearestVertex::Node& leaf) {
    const PointArrays& points = tree_.points();
    for (std::uint32_t i = leaf.begin; i < leaf.end; ++i) {
      best_ =
          best_.min((points.x[i] - x_).square() + (points.y[i] - y_).square() + (points.z[i] - z_).square());
    }
    worst_ = best_.maxCoeff();
  }

  const NearestVertex& tree_;
  std::size_t count_;
  Lanes x_, y_, z_;
  Lanes best_;  // squared
  Eigen::Vector3d low_ = Eigen::Vector3d::Zero();
  Eigen::Vector3d high_ = Eigen::Vector3d::Zero();
  Eigen::Vector3d center_;
  double worst_ = 0.0;  // the greatest of best_
};

}  // namespace

double NearestVertex::mean_distance_after(const Rigid3& motion) const {
  double sum = 0.0;
  for (const Node& node : nodes_) {
    if (node.leaf()) {
      sum += LeafSearch(*this, node, motion).sum();
    }
  }
  return sum / static_cast<double>(points_.size());
}

}  // namespace alidade
