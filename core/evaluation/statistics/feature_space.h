// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

namespace alidade {

/// Euclidean distances between the rows of `features` [N, F]: [N, N], zero on the diagonal.
Eigen::MatrixXd row_distances(const Eigen::MatrixXd& features);

/// How well labels are separated in the full space: the share of each row's `count` nearest other rows that
/// have its label, mean over the rows. Equal distances are taken in the order of the rows. Nothing when there
/// are not more rows than `count`, or the labels are not as many as the rows. By chance: the chance that
/// another row has the label.
std::optional<double> neighbor_purity(const Eigen::MatrixXd& features, std::span<const int> labels,
                                      std::size_t count);

/// Whether rows of one label that are near in feature space are near in another sense: Spearman's correlation
/// of the feature distance and `other` [N, N] over the pairs with equal labels, mean over the labels that
/// have three rows at least. Nothing when there is no such label.
std::optional<double> distance_agreement(const Eigen::MatrixXd& features, std::span<const int> labels,
                                         const Eigen::MatrixXd& other);

/// How alike two descriptions of the same N objects are, whatever their bases: linear centered kernel
/// alignment (Kornblith et al. 2019) with the unbiased estimate of HSIC (Song et al. 2012), so that
/// unrelated features give 0 on average and equal ones 1. Rows are objects; columns may differ in number.
/// Nothing below four rows, for different numbers of rows or constant features.
std::optional<double> feature_similarity(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

}  // namespace alidade
