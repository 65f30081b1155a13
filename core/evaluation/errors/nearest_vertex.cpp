// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/nearest_vertex.h"

#include <algorithm>
#include <numeric>

namespace alidade {
namespace {

/// Builds the nodes over an order of the points; the order becomes that of the tree.
class Builder {
 public:
  explicit Builder(std::span<const Eigen::Vector3d> points) : points_(points), order_(points.size()) {
    std::iota(order_.begin(), order_.end(), 0U);
    nodes_.reserve(points.size() / 2 + 1);
    if (!points.empty()) {
      build(0, static_cast<std::uint32_t>(points.size()));
    }
  }

  const std::vector<std::uint32_t>& order() const { return order_; }
  std::vector<NearestVertex::Node> take_nodes() { return std::move(nodes_); }

 private:
  void build(std::uint32_t begin, std::uint32_t end) {
    const std::size_t index = nodes_.size();
    nodes_.push_back(bounded(begin, end));
    if (end - begin <= NearestVertex::kLeafSize) {
      return;
    }
    Eigen::Index axis = 0;
    (nodes_[index].high - nodes_[index].low).maxCoeff(&axis);
    // Whole leaves to the left, so that at most one leaf of the tree is not full.
    const std::uint32_t leaves = (end - begin + NearestVertex::kLeafSize - 1) / NearestVertex::kLeafSize;
    const std::uint32_t middle = begin + leaves / 2 * NearestVertex::kLeafSize;
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
      return points_[a][axis] != points_[b][axis] ? points_[a][axis] < points_[b][axis] : a < b;
    };
    std::nth_element(order_.begin() + begin, order_.begin() + middle, order_.begin() + end, before);
    build(begin, middle);
    nodes_[index].right = static_cast<std::uint32_t>(nodes_.size());
    build(middle, end);
  }

  NearestVertex::Node bounded(std::uint32_t begin, std::uint32_t end) const {
    NearestVertex::Node node;
    node.begin = begin;
    node.end = end;
    node.low = node.high = points_[order_[begin]];
    for (std::uint32_t i = begin + 1; i < end; ++i) {
      node.low = node.low.cwiseMin(points_[order_[i]]);
      node.high = node.high.cwiseMax(points_[order_[i]]);
    }
    node.center = 0.5 * (node.low + node.high);
    for (std::uint32_t i = begin; i < end; ++i) {
      node.radius = std::max(node.radius, (points_[order_[i]] - node.center).norm());
    }
    return node;
  }

  std::span<const Eigen::Vector3d> points_;
  std::vector<std::uint32_t> order_;
  std::vector<NearestVertex::Node> nodes_;
};

}  // namespace

NearestVertex::NearestVertex(std::span<const Eigen::Vector3d> points) {
  Builder builder(points);
  for (const std::uint32_t i : builder.order()) {
    points_.x.push_back(points[i].x());
    points_.y.push_back(points[i].y());
    points_.z.push_back(points[i].z());
  }
  nodes_ = builder.take_nodes();
}

}  // namespace alidade
