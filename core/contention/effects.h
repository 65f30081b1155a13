// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/contention/part_gram.h"

namespace alidade {

/// Change of every row's held-out loss by training on one row, relative to the loss before, [trained
/// row][row]; below 0 it helped. NaN where it was not measured or there was no loss to begin with.
std::vector<double> relative_changes(const ContentionEffect& effect);

/// What cosines predict of it, up to scale: -cos, [trained row][row].
std::vector<double> change_by_cosine(std::span<const double> cosines);

/// What the first order predicts of the change itself for plain gradient steps: -rate * steps * <g_i, g_j>,
/// [trained row][row], by the Gram matrix of the whole network.
std::vector<double> change_by_gradient(const PartGram& gram, const ContentionEffect& effect);

/// Spearman's rank correlation with what can be said of its certainty.
struct RankAgreement {
  double correlation;     ///< NaN for fewer than two pairs or where one side is constant
  double low, high;       ///< 95 % by Fisher's z with Bonett and Wright's error; NaN below five pairs
  double p;               ///< share of permutations at least as far from 0, two-sided, itself counted
  std::size_t pairs = 0;  ///< compared: finite on both sides
};

/// Predicted against measured over the pairs off the diagonal of two matrices [row][row]. Entries of a matrix
/// are not independent: the permutations exchange whole rows (Mantel 1967), and the interval is too narrow.
RankAgreement matrix_agreement(std::span<const double> predicted, std::span<const double> measured,
                               std::size_t rows, std::uint64_t seed, int permutations = 999);

/// The same of two lists, by permutations of their entries.
RankAgreement list_agreement(std::span<const double> a, std::span<const double> b, std::uint64_t seed,
                             int permutations = 999);

/// Realized transfer: accuracy of every row when all are trained together minus when it is trained alone. Its
/// agreement with N is negative where N predicts it. NaN where one is not known.
std::vector<double> realized_transfer(std::span<const double> joint, std::span<const double> alone);

}  // namespace alidade
