// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>

namespace alidade {

/// Spearman's rank correlation: Pearson's of the ranks, equal values having their mean rank. Nothing for
/// fewer than two pairs, for lists of different length, for values that are not finite, or when one side is
/// constant.
std::optional<double> rank_correlation(std::span<const double> a, std::span<const double> b);

}  // namespace alidade
