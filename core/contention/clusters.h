// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace alidade {

/// Two clusters that became one. Clusters are the rows 0 .. n - 1, then n + k for merge number k.
struct ClusterMerge {
  std::size_t left, right;
  double height;  ///< their mean distance
};

/// Hierarchical clustering by the mean distance between members (average linkage); `distances` [row][row] is
/// symmetric. Undefined (NaN) distances are left out of the mean; clusters without any defined one are at
/// `neutral` from each other. Equal distances: the pair of the lowest rows first. n - 1 merges.
std::vector<ClusterMerge> average_linkage(std::span<const double> distances, std::size_t rows,
                                          double neutral);

/// The clusters that are left when `groups` of them remain, numbered from 0 by their lowest row.
/// `groups` lies in 1 .. rows.
std::vector<int> cut_clusters(std::span<const ClusterMerge> merges, std::size_t rows, int groups);

/// Rows in the order of the tree's leaves that has the least sum of distances between neighbors (Bar-Joseph
/// et al. 2001); of two mirrored orders the one that begins with the lower row. With more than kMostOrdered
/// rows the tree's own order.
inline constexpr std::size_t kMostOrdered = 64;
std::vector<std::size_t> leaf_order(std::span<const ClusterMerge> merges, std::span<const double> distances,
                                    std::size_t rows, double neutral);

/// 1 - cosine, and its value for what says nothing: gradients at a right angle.
std::vector<double> cosine_distances(std::span<const double> cosines);
inline constexpr double kNeutralCosineDistance = 1.0;

}  // namespace alidade
