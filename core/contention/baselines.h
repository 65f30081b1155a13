// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/contention/part_gram.h"

namespace alidade {

/// Gradients changed by a method, as combinations of the rows' own: all that is needed is their Gram matrix.
/// Rows without samples are left out and have no share anywhere.
struct CombinedGradients {
  std::vector<double> coefficients;  ///< [row][row] row c: the changed gradient of c in terms of all
  std::vector<double> weights;       ///< [row] of the step that they are combined to
};

/// The orders in which PCGrad walks the other rows, one list per row, drawn from `seed`.
std::vector<std::vector<std::size_t>> projection_orders(std::size_t rows, std::uint64_t seed);

/// PCGrad (Yu et al. 2020): each gradient loses, in the given order, its component along every other one that
/// it opposes at that moment; combined by the mean. `orders` has a list of other rows for each row.
CombinedGradients project_conflicts(const PartGram& gram, std::span<const std::vector<std::size_t>> orders);

/// Every gradient scaled to the mean length, then the mean. A gradient of length 0 stays.
CombinedGradients balance_norms(const PartGram& gram);

/// The mean as it is.
CombinedGradients plain_mean(const PartGram& gram);

/// Inner products of the changed gradients. Rows that share nothing of the part still share nothing: a method
/// changes a gradient by those alone that it shares parameters with. Nor does one of which nothing is left.
PartGram changed_gram(const PartGram& gram, const CombinedGradients& changed);

/// Cosines between the changed gradients, [row][row]; NaN where one has no length, and where rows share
/// nothing.
std::vector<double> changed_cosines(const PartGram& gram, const CombinedGradients& changed);

/// Cosine of every row's own gradient with the combined step: below 0 its loss rises, to first order.
std::vector<double> cosines_with_step(const PartGram& gram, const CombinedGradients& changed);

/// Cosine between two combined steps.
double cosine_of_steps(const PartGram& gram, const CombinedGradients& a, const CombinedGradients& b);

/// Pairs of rows whose inner product is negative.
std::size_t opposing_pairs(const PartGram& gram);

}  // namespace alidade
