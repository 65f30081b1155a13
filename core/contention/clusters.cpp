// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/clusters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace alidade {
namespace {

constexpr double kNoPath = std::numeric_limits<double>::infinity();

/// A cluster that is not yet part of another one.
struct OpenCluster {
  std::size_t id;
  std::vector<std::size_t> members;  ///< rising
};

double linkage(std::span<const double> distances, std::size_t rows, const OpenCluster& a,
               const OpenCluster& b, double neutral) {
  double sum = 0.0, count = 0.0;
  for (const std::size_t i : a.members) {
    for (const std::size_t j : b.members) {
      const double distance = distances[i * rows + j];
      sum += std::isfinite(distance) ? distance : 0.0;
      count += std::isfinite(distance) ? 1.0 : 0.0;
    }
  }
  return count > 0.0 ? sum / count : neutral;
}

OpenCluster joined(std::size_t id, const OpenCluster& a, const OpenCluster& b) {
  OpenCluster whole{id, {}};
  std::merge(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
             std::back_inserter(whole.members));
  return whole;
}

/// The best orders of every subtree by their two ends, in the manner of dynamic programming.
class LeafOrderer {
 public:
  LeafOrderer(std::span<const double> distances, std::size_t rows, double neutral)
      : distances_(distances), rows_(rows), neutral_(neutral) {
    for (std::size_t row = 0; row < rows; ++row) {
      nodes_.push_back({{row}, {0.0}, {}, 0, 0});
    }
  }

  void merge(std::size_t left, std::size_t right) {
    Node node;
    node.left = left;
    node.right = right;
    node.leaves = nodes_[left].leaves;
    node.leaves.insert(node.leaves.end(), nodes_[right].leaves.begin(), nodes_[right].leaves.end());
    const std::size_t n = node.leaves.size();
    node.costs.assign(n * n, kNoPath);
    node.joints.assign(n * n, {0, 0});
    fill(node, nodes_[left], nodes_[right]);
    nodes_.push_back(std::move(node));
  }

  std::vector<std::size_t> order() const {
    const Node& root = nodes_.back();
    const std::size_t n = root.leaves.size();
    std::size_t first = 0, last = n - 1;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (root.costs[i * n + j] < root.costs[first * n + last]) {
          first = i;
          last = j;
        }
      }
    }
    std::vector<std::size_t> rows;
    walk(nodes_.size() - 1, first, last, rows);
    if (rows.front() > rows.back()) {
      std::reverse(rows.begin(), rows.end());
    }
    return rows;
  }

 private:
  struct Node {
    std::vector<std::size_t> leaves;  ///< those of the left child, then of the right one
    std::vector<double> costs;        ///< [first][last] least sum with these ends
    std::vector<std::pair<std::size_t, std::size_t>>
        joints;  ///< the leaves that meet, by place in the children
    std::size_t left, right;
  };

  double distance(std::size_t a, std::size_t b) const {
    const double value = distances_[a * rows_ + b];
    return std::isfinite(value) ? value : neutral_;
  }

  /// Ends in different children: first i in a, last j in b; k ends a, m begins b.
  void fill(Node& node, const Node& a, const Node& b) const {
    const std::size_t na = a.leaves.size(), nb = b.leaves.size(), n = na + nb;
    std::vector<double> reach(nb);
    std::vector<std::size_t> from(nb);
    for (std::size_t i = 0; i < na; ++i) {
      for (std::size_t m = 0; m < nb; ++m) {
        reach[m] = kNoPath;
        for (std::size_t k = 0; k < na; ++k) {
          const double cost = a.costs[i * na + k] + distance(a.leaves[k], b.leaves[m]);
          if (cost < reach[m]) {
            reach[m] = cost;
            from[m] = k;
          }
        }
      }
      for (std::size_t j = 0; j < nb; ++j) {
        for (std::size_t m = 0; m < nb; ++m) {
          const double cost = reach[m] + b.costs[m * nb + j];
          if (cost < node.costs[i * n + na + j]) {
            node.costs[i * n + na + j] = node.costs[(na + j) * n + i] = cost;
            node.joints[i * n + na + j] = node.joints[(na + j) * n + i] = {from[m], m};
          }
        }
      }
    }
  }

  /// Appends the leaves of a node from the one at `first` to the one at `last` (places in its list).
  void walk(std::size_t index, std::size_t first, std::size_t last, std::vector<std::size_t>& rows) const {
    const Node& node = nodes_[index];
    if (node.leaves.size() == 1) {
      rows.push_back(node.leaves[0]);
      return;
    }
    const std::size_t na = nodes_[node.left].leaves.size();
    const auto [k, m] = node.joints[first * node.leaves.size() + last];
    if (first < na) {
      walk(node.left, first, k, rows);
      walk(node.right, m, last - na, rows);
    } else {
      walk(node.right, first - na, m, rows);
      walk(node.left, k, last, rows);
    }
  }

  std::span<const double> distances_;
  std::size_t rows_;
  double neutral_;
  std::vector<Node> nodes_;
};

/// The leaves as the tree lists them.
std::vector<std::size_t> tree_order(std::span<const ClusterMerge> merges, std::size_t rows) {
  std::vector<std::vector<std::size_t>> leaves(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    leaves[row] = {row};
  }
  for (const ClusterMerge& merge : merges) {
    std::vector<std::size_t> whole = std::move(leaves[merge.left]);
    whole.insert(whole.end(), leaves[merge.right].begin(), leaves[merge.right].end());
    leaves.push_back(std::move(whole));
  }
  return leaves.empty() ? std::vector<std::size_t>{} : leaves.back();
}

}  // namespace

std::vector<ClusterMerge> average_linkage(std::span<const double> distances, std::size_t rows,
                                          double neutral) {
  std::vector<OpenCluster> open;
  for (std::size_t row = 0; row < rows; ++row) {
    open.push_back({row, {row}});
  }
  std::vector<ClusterMerge> merges;
  while (open.size() > 1) {
    std::size_t best_a = 0, best_b = 1;
    double best = kNoPath;
    for (std::size_t a = 0; a < open.size(); ++a) {
      for (std::size_t b = a + 1; b < open.size(); ++b) {
        const double height = linkage(distances, rows, open[a], open[b], neutral);
        if (height < best) {
          best = height;
          best_a = a;
          best_b = b;
        }
      }
    }
    merges.push_back({open[best_a].id, open[best_b].id, best});
    open[best_a] = joined(rows + merges.size() - 1, open[best_a], open[best_b]);
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(best_b));
  }
  return merges;
}

std::vector<int> cut_clusters(std::span<const ClusterMerge> merges, std::size_t rows, int groups) {
  std::vector<std::vector<std::size_t>> members(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    members[row] = {row};
  }
  std::vector<std::size_t> cluster(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    cluster[row] = row;
  }
  for (std::size_t k = 0; k + static_cast<std::size_t>(groups) < rows; ++k) {
    std::vector<std::size_t> whole = members[merges[k].left];
    whole.insert(whole.end(), members[merges[k].right].begin(), members[merges[k].right].end());
    for (const std::size_t row : whole) {
      cluster[row] = rows + k;
    }
    members.push_back(std::move(whole));
  }
  std::map<std::size_t, int> numbers;
  std::vector<int> result;
  for (const std::size_t id : cluster) {
    result.push_back(numbers.emplace(id, static_cast<int>(numbers.size())).first->second);
  }
  return result;
}

std::vector<std::size_t> leaf_order(std::span<const ClusterMerge> merges, std::span<const double> distances,
                                    std::size_t rows, double neutral) {
  if (rows < 2 || rows > kMostOrdered) {
    return tree_order(merges, rows);
  }
  LeafOrderer orderer(distances, rows, neutral);
  for (const ClusterMerge& merge : merges) {
    orderer.merge(merge.left, merge.right);
  }
  return orderer.order();
}

std::vector<double> cosine_distances(std::span<const double> cosines) {
  std::vector<double> distances;
  std::transform(cosines.begin(), cosines.end(), std::back_inserter(distances),
                 [](double cosine) { return 1.0 - cosine; });
  return distances;
}

}  // namespace alidade
