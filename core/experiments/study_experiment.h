// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/evaluation/text/published.h"
#include "core/experiments/experiment.h"
#include "core/experiments/study_plan.h"

namespace alidade {

/// Options that every paper has; a paper's own derive from them.
template <class Study>
struct StudyOptionsOf : ExperimentOptions {
  std::filesystem::path recipes;    ///< the folder of the recipes that it starts from
  std::filesystem::path published;  ///< published tables; a folder without any leaves them out
  std::optional<typename Study::Breadth> breadth{};
  std::optional<int> seeds{};
  std::optional<int> steps{};                    ///< of each training or stage, whatever the time
  std::optional<typename Study::Sizes> sizes{};  ///< exactly these, nothing is measured (tests)
};

/// kUsage for 0 or more than 20 seeds, fewer than 4 or more than a million steps.
Expected<void> check_study_options(const std::optional<int>& seeds, const std::optional<int>& steps);
/// The digest of files with their sizes; at most 1 MiB each.
Expected<std::string> texts_digest(const std::vector<std::filesystem::path>& files);
/// The published tables of a folder; problems go to the log.
std::vector<PublishedTable> logged_published_tables(const std::filesystem::path& folder);

/// The Experiment of a paper whose plan is a StudyPlanOf: plan.json, resuming, extending and the checks that
/// options and recipes are those of the folder. `Study` has besides
///   steps_of(const Sizes&)  what the option `steps` decides
/// A paper says what is below.
template <class Study>
class StudyExperimentOf : public Experiment {
 public:
  using Plan = StudyPlanOf<Study>;
  using Options = StudyOptionsOf<Study>;

  Expected<ExperimentPlan> new_plan(const JobContext& job) final {
    auto plan = shared().sizes ? Expected<Plan>(make_plan(*shared().sizes, typename Study::Costs{},
                                                          shared().breadth.value_or(Study::kUsual)))
                               : measured_plan(job);
    if (!plan) {
      return plan.error();
    }
    plan->quick = shared().quick;
    return with_digest(std::move(*plan));
  }

  Expected<ExperimentPlan> resumed_plan(const ExperimentPlan& found, bool extend) final {
    const auto plan = plan_of(found);
    if (!plan) {
      return plan.error();
    }
    if (auto wanted = check_wanted(*plan, extend); !wanted) {
      return wanted.error();
    }
    return extend ? with_digest(extended(*plan, shared().breadth.value_or(Study::kUsual)))
                  : Expected<ExperimentPlan>(found);
  }

  std::string summary(const ExperimentPlan& plan) const final {
    const auto own = plan_of(plan);
    return own ? plan_words(*own) : std::string();
  }

  Expected<std::vector<Step>> steps(const ExperimentPlan& plan, int workers) final {
    const auto own = plan_of(plan);
    return own ? Expected<std::vector<Step>>(plan_steps(*own, workers))
               : Expected<std::vector<Step>>(own.error());
  }

  Expected<std::vector<ReportFile>> report(const ExperimentPlan& plan,
                                           const StepResults& results) const final {
    const auto own = plan_of(plan);
    return own ? plan_report(*own, results, logged_published_tables(shared().published))
               : Expected<std::vector<ReportFile>>(own.error());
  }

 protected:
  /// The options, which live as long as the experiment.
  virtual const Options& shared() const = 0;
  /// Measures this machine and fits the plan to the time.
  virtual Expected<Plan> measured_plan(const JobContext& job) const = 0;
  /// Files that a plan starts from; their digest is kept.
  virtual std::vector<std::filesystem::path> recipe_files(const Plan& plan) const = 0;
  /// Sizes in words: Experiment::summary.
  virtual std::string plan_words(const Plan& plan) const = 0;
  virtual std::vector<Step> plan_steps(const Plan& plan, int workers) const = 0;
  virtual Expected<std::vector<ReportFile>> plan_report(
      const Plan& plan, const StepResults& results, const std::vector<PublishedTable>& published) const = 0;

 private:
  Expected<Plan> plan_of(const ExperimentPlan& plan) const {
    return study_plan_of<Study>(plan, plan_path(shared().folder).string());
  }

  Expected<ExperimentPlan> with_digest(Plan plan) const {
    const auto digest = texts_digest(recipe_files(plan));
    if (!digest) {
      return digest.error();
    }
    plan.recipes_sha256 = *digest;
    return experiment_plan(plan);
  }

  /// That the options and the recipes are those of the plan.
  Expected<void> check_wanted(const Plan& plan, bool extend) const {
    const auto digest = texts_digest(recipe_files(plan));
    if (!digest) {
      return digest.error();
    }
    const Options& options = shared();
    const auto another = [&](const std::string& what) { return other_plan(options.folder, what); };
    if (options.seeds && *options.seeds != plan.sizes.seeds) {
      return another(std::to_string(plan.sizes.seeds) + " seeds");
    }
    if (options.steps && *options.steps != Study::steps_of(plan.sizes)) {
      return another(std::to_string(Study::steps_of(plan.sizes)) + " steps");
    }
    if (options.sizes && !(*options.sizes == plan.sizes)) {
      return another("other sizes");
    }
    if (options.breadth && *options.breadth > plan.breadth && !extend) {
      return another("fewer arms; add --extend for more");
    }
    if (*digest != plan.recipes_sha256) {
      return another("other recipes");
    }
    return {};
  }
};

/// The steps of a plan by a runner with needs(step), recipe(step, input) and run(step, recipe, input);
/// `alone` says beside which nothing runs.
template <class Runner, class PlanStep, class Alone>
std::vector<Step> runner_steps(const std::vector<PlanStep>& planned,
                               const std::shared_ptr<const Runner>& runner, const Alone& alone) {
  std::vector<Step> steps;
  for (const PlanStep& step : planned) {
    Step made{step.name(), runner->needs(step)};
    made.alone = alone(step);
    made.seconds = step.seconds;
    made.recipe = [runner, step](const StepInput& input) { return runner->recipe(step, input); };
    made.run = [runner, step](const nlohmann::ordered_json& recipe, const StepInput& input) {
      return runner->run(step, recipe, input);
    };
    steps.push_back(std::move(made));
  }
  return steps;
}

}  // namespace alidade
