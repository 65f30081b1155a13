// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/evaluation/text/published.h"
#include "core/experiments/claim.h"
#include "core/papers/h2a2/numbers.h"

namespace alidade::h2a2 {

/// The paper's claims as differences over the seeds.
std::vector<Claim> paper_claims(const StudyNumbers& numbers);
/// What the paper leaves open, put the same way; those of controls and of data with known answers too.
std::vector<Claim> open_questions(const StudyNumbers& numbers);

/// The main table and the ablation of each source, its published rows beside ours; sensitivities, controls.
std::string accuracy_sections(const StudyNumbers& numbers, const std::vector<PublishedTable>& published);
/// What is shared: shares by source, agreement across seeds, data with known answers, forced decisions.
std::string sharing_sections(const StudyNumbers& numbers);
/// Gradients of the sources, transfer to a source left out, time, memory and parameters.
std::string gradient_section(const StudyNumbers& numbers);
std::string transfer_section(const StudyNumbers& numbers);
std::string cost_section(const StudyNumbers& numbers, const std::vector<PublishedTable>& published);

/// The report: what was done, for each claim a sentence computed from the numbers, and the tables. Depends on
/// its arguments alone. `published` are the tables of resources/published; those that are missing are left
/// out.
std::string study_report(const StudyNumbers& numbers, const std::vector<PublishedTable>& published);

}  // namespace alidade::h2a2
