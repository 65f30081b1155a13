// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset_reader.h"
#include "core/papers/score_scaling/plan.h"

namespace alidade {

struct ReproduceOptions {
  std::filesystem::path folder;     ///< of the reproduction
  std::filesystem::path recipes;    ///< ARM.toml: joint, joint-no-pretraining, from-scratch, ...
  std::filesystem::path published;  ///< published tables; a folder without any leaves them out
  bool quick = false;
  bool resume = false;
  bool extend = false;  ///< with `resume`: the folder's plan gets the steps that it lacks (extended())
  /// Whether a new plan has the arms of Fig. 4a; unset = where there is time, and where `steps` are given.
  std::optional<bool> pretraining_study{};
  int workers = 1;  ///< steps that run side by side, on a thread each
  std::optional<int> seeds;
  std::optional<int> steps;               ///< of each training, whatever the time
  std::optional<ReproduceSizes> sizes{};  ///< exactly these, nothing is measured (tests)
};

/// A new folder: measures this machine and fits the plan to 90 minutes (quick: 15), writes plan.json. With
/// `resume`: reads it, with `extend` also writes it with what it lacks; options that ask for another plan, or
/// other recipes, are an Error (kUsage).
Expected<ReproducePlan> plan_reproduction(const ReproduceOptions& options, const DatasetReaders& readers,
                                          const JobContext& job);

/// Carries the plan out, step by step, and writes report.md, its figures and their data as CSV. A step
/// whose steps/NAME.json is there with the same recipe is not done again, so that a run that was stopped or
/// killed at any moment continues; trainings continue from their own state.
Expected<void> reproduce_score_scaling(const ReproduceOptions& options, const ReproducePlan& plan,
                                       const DatasetReaders& readers, const JobContext& job);

}  // namespace alidade
