// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/evaluation/text/published.h"
#include "core/experiments/claim.h"
#include "core/papers/mqat/numbers.h"

namespace alidade::mqat {

/// The paper's claims as differences over the seeds, in the order of its figures and tables.
std::vector<Claim> paper_claims(const StudyNumbers& numbers);
/// Questions that the paper leaves open, put the same way.
std::vector<Claim> open_questions(const StudyNumbers& numbers);

/// Tables 1 to 7 and 9 in the paper's form, its rows beside ours, and what Figs. 4 to 6 are of; those of
/// which nothing was measured say so.
std::string paper_tables(const StudyNumbers& numbers, const std::vector<PublishedTable>& published);

/// Every retraining against full precision on the same images, by paired bootstrap.
std::string comparison_table(const StudyNumbers& numbers);

/// The report: what was done, for each claim a sentence computed from the numbers, and the tables. Depends on
/// its arguments alone. `published` are the tables of resources/published; those that are missing are left
/// out.
std::string study_report(const StudyNumbers& numbers, const std::vector<PublishedTable>& published);

}  // namespace alidade::mqat
