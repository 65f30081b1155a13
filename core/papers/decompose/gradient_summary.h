// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/results/contention_history.h"

namespace alidade::decompose {

/// The block that the paper says is the contended one (phi).
inline constexpr char kCorrespondence[] = "correspondence";
/// The one whose gradients meet in every arm (psi), and the head (omega).
inline constexpr char kBackbone[] = "backbone", kHead[] = "head";

/// What a report needs of a history of gradients:
///   rows        names of the categories
///   blocks      by name: the points of Fig. 3a (step, mean_cosine with low and high, variance,
///               mean_negative_transfer, conflict_rate, reliability, stationary)
///   means       by name: the same over the epochs that are not stationary
///   cosines     by name: [row][row], their mean over those epochs; null = undefined
///   transfers   by name: [row], the mean of N(c) over those epochs
///   orderings   shares of the epochs at which Eq. 10 holds for the correspondence block
/// Numbers that are not defined are null.
Expected<nlohmann::ordered_json> gradient_summary(const ContentionHistory& history, const JobContext& job);

/// A matrix of such a summary, row by row, NaN where it is null; empty when it is not there.
std::vector<double> summary_cosines(const nlohmann::ordered_json& summary, const std::string& block);

/// N(c) of the rows of such a summary by name; a row that is not defined is not there.
std::map<std::string, double> summary_transfers(const nlohmann::ordered_json& summary,
                                                const std::string& block);

}  // namespace alidade::decompose
