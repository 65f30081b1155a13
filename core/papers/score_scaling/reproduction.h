// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/base/expected.h"
#include "core/data/dataset_reader.h"
#include "core/experiments/study_experiment.h"
#include "core/papers/score_scaling/plan.h"

namespace alidade::score_scaling {

/// `recipes` holds ARM.toml: joint, joint-no-pretraining, from-scratch, ... `breadth` is whether a new plan
/// has the arms of Fig. 4a; unset = where there is time, and where `steps` are given.
using ReproduceOptions = StudyOptionsOf<Study>;

/// The reproduction with these options. A new plan is fitted to 90 minutes (quick: 15) on this machine;
/// options that ask for another plan than the folder's, or other recipes, are an Error (kUsage), and so are
/// seeds and steps out of range. Trainings continue from their own state in runs/.
Expected<std::unique_ptr<Experiment>> score_scaling_experiment(const ReproduceOptions& options,
                                                               const DatasetReaders& readers);

}  // namespace alidade::score_scaling
