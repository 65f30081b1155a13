// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace alidade {

/// Whether each point passes the dominance test: no other one costs at most as much and is worth at least as
/// much, one of both strictly. Equal points pass together. What is not finite never passes and dominates
/// nothing. Both lists have one length.
std::vector<bool> undominated(std::span<const double> costs, std::span<const double> values);

/// The places of those that pass, costs rising; of equal ones the first.
std::vector<std::size_t> frontier(std::span<const double> costs, std::span<const double> values);

}  // namespace alidade
