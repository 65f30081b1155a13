// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/nearest_vertex.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace alidade {
namespace {

constexpr std::uint32_t kLeafSize = 8;

/// Builds the nodes over an order of the points; the order becomes that of the tree.
class Builder {
 public:
  explicit Builder(std::span<const Eigen::Vector3d> points) : points_(points), order_(points.size()) {
    std::iota(order_.begin(), order_.end(), 0U);
    if (!points.empty()) {
      build(0, static_cast<std::uint32_t>(points.size()));
    }
  }

  std::vector<std::uint32_t> order() && { return std::move(order_); }
  std::vector<NearestVertex::Node> nodes() && { return std::move(nodes_); }

 private:
  void build(std::uint32_t begin, std::uint32_t end) {
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(bounded(begin, end));
    if (end - begin <= kLeafSize) {
      return;
    }
    const int axis = widest_axis(begin, end);
    const std::uint32_t middle = begin + (end - begin) / 2;
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
      return points_[a][axis] != points_[b][axis] ? points_[a][axis] < points_[b][axis] : a < b;
    };
    std::nth_element(order_.begin() + begin, order_.begin() + middle, order_.begin() + end, before);
    nodes_[index].axis = axis;
    nodes_[index].split = points_[order_[middle]][axis];
    build(begin, middle);
    nodes_[index].right = static_cast<std::uint32_t>(nodes_.size());
    build(middle, end);
  }

  void box(std::uint32_t begin, std::uint32_t end, Eigen::Vector3d& low, Eigen::Vector3d& high) const {
    low = high = points_[order_[begin]];
    for (std::uint32_t i = begin + 1; i < end; ++i) {
      low = low.cwiseMin(points_[order_[i]]);
      high = high.cwiseMax(points_[order_[i]]);
    }
  }

  NearestVertex::Node bounded(std::uint32_t begin, std::uint32_t end) const {
    NearestVertex::Node node;
    node.begin = begin;
    node.end = end;
    Eigen::Vector3d low, high;
    box(begin, end, low, high);
    node.center = 0.5 * (low + high);
    for (std::uint32_t i = begin; i < end; ++i) {
      node.radius = std::max(node.radius, (points_[order_[i]] - node.center).norm());
    }
    return node;
  }

  int widest_axis(std::uint32_t begin, std::uint32_t end) const {
    Eigen::Vector3d low, high;
    box(begin, end, low, high);
    int axis = 0;
    (high - low).maxCoeff(&axis);
    return axis;
  }

  std::span<const Eigen::Vector3d> points_;
  std::vector<std::uint32_t> order_;
  std::vector<NearestVertex::Node> nodes_;
};

}  // namespace

NearestVertex::NearestVertex(std::span<const Eigen::Vector3d> points) {
  Builder builder(points);
  nodes_ = std::move(builder).nodes();
  const std::vector<std::uint32_t> order = std::move(builder).order();
  for (const std::uint32_t i : order) {
    points_.x.push_back(points[i].x());
    points_.y.push_back(points[i].y());
    points_.z.push_back(points[i].z());
  }
  if (!points.empty()) {
    low_ = high_ = points[0];
    for (const Eigen::Vector3d& point : points) {
      low_ = low_.cwiseMin(point);
      high_ = high_.cwiseMax(point);
    }
  }
}

NearestVertex::Found NearestVertex::nearest(const Eigen::Vector3d& query, std::uint32_t guess) const {
  Found best{guess, (points_.point(guess) - query).squaredNorm()};
  const double q[3] = {query.x(), query.y(), query.z()};
  double offsets[3];
  double cell_distance = 0.0;
  for (int i = 0; i < 3; ++i) {
    offsets[i] = std::max({low_[i] - q[i], q[i] - high_[i], 0.0});
    cell_distance += offsets[i] * offsets[i];
  }
  if (cell_distance < best.squared_distance) {
    search(0, q, offsets, best);
  }
  return best;
}

// `offsets` holds, per axis, how far the query lies outside the node's cell. The cell's distance is summed
// anew from them: an incremental update would cancel, and a distance near 0 would not be exact.
void NearestVertex::search(std::uint32_t index, const double query[3], double offsets[3], Found& best) const {
  const Node* node = &nodes_[index];
  if (node->axis < 0) {
    scan(*node, query, best);
    return;
  }
  const int axis = node->axis;
  const double past_split = query[axis] - node->split;
  const bool go_left = past_split < 0.0;
  search(go_left ? index + 1 : node->right, query, offsets, best);
  const double saved = offsets[axis];
  offsets[axis] = past_split;
  if (offsets[0] * offsets[0] + offsets[1] * offsets[1] + offsets[2] * offsets[2] < best.squared_distance) {
    search(go_left ? node->right : index + 1, query, offsets, best);
  }
  offsets[axis] = saved;
}

void NearestVertex::scan(const Node& leaf, const double query[3], Found& best) const {
  for (std::uint32_t i = leaf.begin; i < leaf.end; ++i) {
    const double dx = points_.x[i] - query[0];
    const double dy = points_.y[i] - query[1];
    const double dz = points_.z[i] - query[2];
    const double squared = dx * dx + dy * dy + dz * dz;
    if (squared < best.squared_distance) {
      best = {i, squared};
    }
  }
}

}  // namespace alidade
