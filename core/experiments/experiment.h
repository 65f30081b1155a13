// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/experiments/experiment_plan.h"
#include "core/experiments/report_parts.h"
#include "core/experiments/step_graph.h"

namespace alidade {

struct ExperimentOptions {
  std::filesystem::path folder;
  bool quick = false;
  bool resume = false;
  bool extend = false;  ///< with `resume`: the folder's plan gets the steps that it lacks
  int workers = 1;      ///< steps that run side by side, on a thread each
};

/// What a paper's reproduction is, with its options: the rest (folder, store, workers, resuming) is here.
class Experiment {
 public:
  virtual ~Experiment() = default;

  /// The plan of a new folder; may measure this machine.
  virtual Expected<ExperimentPlan> new_plan(const JobContext& job) = 0;
  /// The plan that was found in the folder, with `extend` also with the steps that it lacks. An Error
  /// (other_plan) when the options ask for another one.
  virtual Expected<ExperimentPlan> resumed_plan(const ExperimentPlan& found, bool extend) = 0;
  /// A plan's sizes in words, for the line below its steps: "3 seeds, 4000 steps each training".
  virtual std::string summary(const ExperimentPlan& plan) const = 0;
  /// The plan's steps in its order. Up to `workers` of them run at a time.
  virtual Expected<std::vector<Step>> steps(const ExperimentPlan& plan, int workers) = 0;
  /// What the report consists of, in the order of writing; depends on its arguments and published tables
  /// alone.
  virtual Expected<std::vector<ReportFile>> report(const ExperimentPlan& plan,
                                                   const StepResults& results) const = 0;
};

/// A new folder: asks for a plan and writes plan.json. With `resume`: reads it, with `extend` also writes it
/// with what it lacks. An Error (kUsage) for a folder that has a plan already, or another one.
Expected<ExperimentPlan> plan_experiment(Experiment& experiment, const ExperimentOptions& options,
                                         const JobContext& job);

/// The plan's steps, checked.
Expected<StepGraph> graph_of(Experiment& experiment, const ExperimentOptions& options,
                             const ExperimentPlan& plan);

/// Carries the plan out, step by step, and writes the report. A step whose steps/NAME.json is there, unedited
/// and made by the same recipe from the same results, is not done again, so that a run that was stopped or
/// killed at any moment continues. Returns the report's figure recipes.
Expected<std::vector<std::filesystem::path>> run_experiment(const Experiment& experiment,
                                                            const ExperimentOptions& options,
                                                            const ExperimentPlan& plan,
                                                            const StepGraph& graph, const JobContext& job);

}  // namespace alidade
