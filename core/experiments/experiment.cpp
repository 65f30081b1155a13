// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/experiment.h"

#include <algorithm>
#include <cstdint>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/experiments/run_graph.h"
#include "core/experiments/step_store.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::uintmax_t kMaxPlanBytes = 1 << 20;

Expected<ExperimentPlan> read_plan(Experiment& experiment, const ExperimentOptions& options) {
  const std::string file = plan_path(options.folder).string();
  const auto text = read_file(file, kMaxPlanBytes);
  if (!text) {
    return input_error(file, "", "there is no reproduction to resume", "start it without --resume");
  }
  const auto found = experiment_plan_from_json(*text, file);
  if (!found) {
    return found.error();
  }
  if (options.quick && !found->quick) {
    return other_plan(options.folder, "the full one");
  }
  return experiment.resumed_plan(*found, options.extend);
}

Expected<ExperimentPlan> fresh_plan(Experiment& experiment, const ExperimentOptions& options,
                                    const JobContext& job) {
  std::error_code failure;
  if (std::filesystem::exists(plan_path(options.folder), failure)) {
    return Error{ErrorCode::kUsage,
                 options.folder.string() +
                     ": there is a reproduction already; continue it with --resume or name another folder."};
  }
  return experiment.new_plan(job);
}

/// The results of a graph's steps while it runs.
class StepRun {
 public:
  StepRun(const StepGraph& graph, const StepStore& store)
      : graph_(graph), store_(store), results_(graph.steps().size()), digests_(graph.steps().size()) {}

  /// Stored, or computed and stored. What the step needs is done.
  Expected<void> run(std::size_t index, int worker, const JobContext& job) {
    const Step& step = graph_.steps()[index];
    auto result = result_of(index, worker, job);
    if (!result) {
      return result.error().code == ErrorCode::kCancelled
                 ? Error{ErrorCode::kCancelled, "stopped in " + step.name + "; continue with --resume."}
                 : result.error();
    }
    digests_[index] = result_digest(*result);
    results_[index] = std::move(*result);
    return {};
  }

  StepResults take() {
    StepResults all;
    for (std::size_t i = 0; i < results_.size(); ++i) {
      all.emplace(graph_.steps()[i].name, std::move(results_[i]));
    }
    return all;
  }

 private:
  Expected<ordered_json> result_of(std::size_t index, int worker, const JobContext& job) const {
    const Step& step = graph_.steps()[index];
    StepResults needs;
    ResultDigests digests;
    for (const std::size_t need : graph_.needs(index)) {
      needs.emplace(graph_.steps()[need].name, results_[need]);
      digests.emplace(graph_.steps()[need].name, digests_[need]);
    }
    const StepInput input{needs, worker, job};
    const auto recipe = step.recipe(input);
    if (!recipe) {
      return recipe.error();
    }
    if (const auto* stored = store_.find(step.name, recipe_digest(*recipe, digests))) {
      return *stored;
    }
    log_info("reproduce", step.name);
    auto result = step.run(*recipe, input);
    if (!result) {
      return result.error();
    }
    if (auto kept = store_.keep(step.name, *recipe, digests, *result); !kept) {
      return kept.error();
    }
    return result;
  }

  const StepGraph& graph_;
  const StepStore& store_;
  std::vector<ordered_json> results_;
  std::vector<std::string> digests_;
};

}  // namespace

Expected<ExperimentPlan> plan_experiment(Experiment& experiment, const ExperimentOptions& options,
                                         const JobContext& job) {
  if (options.extend && !options.resume) {
    return Error{ErrorCode::kUsage,
                 "--extend goes with --resume: there is no plan to extend in a new folder."};
  }
  auto plan = options.resume ? read_plan(experiment, options) : fresh_plan(experiment, options, job);
  if (!plan || (options.resume && !options.extend)) {
    return plan;
  }
  std::error_code failure;
  std::filesystem::create_directories(options.folder, failure);
  const auto written = write_folder_file(plan_path(options.folder), to_json(*plan));
  return written ? plan : Expected<ExperimentPlan>(written.error());
}

Expected<StepGraph> graph_of(Experiment& experiment, const ExperimentOptions& options,
                             const ExperimentPlan& plan) {
  auto steps = experiment.steps(plan, std::max(1, options.workers));
  return steps ? StepGraph::make(std::move(*steps), plan_path(options.folder).string())
               : Expected<StepGraph>(steps.error());
}

Expected<std::vector<std::filesystem::path>> run_experiment(const Experiment& experiment,
                                                            const ExperimentOptions& options,
                                                            const ExperimentPlan& plan,
                                                            const StepGraph& graph, const JobContext& job) {
  const auto store = StepStore::open(options.folder, graph);
  if (!store) {
    return store.error();
  }
  StepRun steps(graph, *store);
  const auto run = [&steps](std::size_t index, int worker, const JobContext& own) {
    return steps.run(index, worker, own);
  };
  if (auto done = run_steps(graph, std::max(1, options.workers), job, run); !done) {
    return done.error();
  }
  const auto report = experiment.report(plan, steps.take());
  if (!report) {
    return report.error();
  }
  std::vector<std::filesystem::path> figures;
  for (const ReportFile& file : *report) {
    if (auto written = write_folder_file(options.folder / file.name, file.text); !written) {
      return written.error();
    }
    if (file.is_figure) {
      figures.push_back(options.folder / file.name);
    }
  }
  return figures;
}

}  // namespace alidade
