// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/evaluation/text/published.h"
#include "core/experiments/claim.h"
#include "core/papers/score_scaling/numbers.h"

namespace alidade::score_scaling {

/// The paper's claims as differences over the seeds, in the order of its tables and figures.
std::vector<Claim> paper_trends(const ReproduceNumbers& numbers);
/// Questions that the paper leaves open, put the same way.
std::vector<Claim> further_questions(const ReproduceNumbers& numbers);

/// The report: what was done, each table with the paper's numbers beside ours, and for each claim a sentence
/// computed from the numbers. Depends on its arguments alone. `published` are the tables of
/// resources/published; those that are missing are left out.
std::string reproduce_report(const ReproduceNumbers& numbers, const std::vector<PublishedTable>& published);

}  // namespace alidade::score_scaling
