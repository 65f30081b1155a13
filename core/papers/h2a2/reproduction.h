// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/base/expected.h"
#include "core/experiments/study_experiment.h"
#include "core/papers/h2a2/plan.h"
#include "core/papers/h2a2/work.h"

namespace alidade::h2a2 {

/// `recipes` are those of the data: scans-train.toml, scans-test.toml and so on.
using StudyOptions = StudyOptionsOf<Study>;

/// The reproduction with these options, its networks by `work`. A new plan is fitted to 90 minutes (quick:
/// 18) on this machine, with everything to three times that. Options that ask for another plan than the
/// folder's, or other recipes, are an Error (kUsage), and so are seeds and steps out of range.
Expected<std::unique_ptr<Experiment>> study_experiment(const StudyOptions& options,
                                                       std::shared_ptr<const StudyWork> work);

}  // namespace alidade::h2a2
