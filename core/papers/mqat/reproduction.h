// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/expected.h"
#include "core/experiments/study_experiment.h"
#include "core/papers/mqat/plan.h"
#include "core/papers/mqat/work.h"

namespace alidade::mqat {

/// `recipes` are those of the data: train.toml, val.toml, test.toml, test-unseen-light.toml.
struct StudyOptions : StudyOptionsOf<Study> {
  std::filesystem::path checkpoint;  ///< of the network that is retrained
};

/// The reproduction with these options, its networks by `work`. A new plan is fitted to 90 minutes (quick:
/// 18) on this machine, with everything to three times that. Options that ask for another plan than the
/// folder's, or other recipes, are an Error (kUsage), and so are seeds and steps out of range.
Expected<std::unique_ptr<Experiment>> study_experiment(const StudyOptions& options,
                                                       std::shared_ptr<const StudyWork> work);

}  // namespace alidade::mqat
