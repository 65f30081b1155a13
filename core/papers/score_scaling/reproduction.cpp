// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/reproduction.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/evaluation/text/published.h"
#include "core/experiments/budget.h"
#include "core/papers/score_scaling/figures.h"
#include "core/papers/score_scaling/report.h"
#include "core/papers/score_scaling/steps.h"

namespace alidade::score_scaling {
namespace {

constexpr std::uintmax_t kMaxRecipeBytes = 1 << 20;

Expected<std::string> recipes_digest(const std::filesystem::path& recipes,
                                     const std::vector<std::string>& arms) {
  Sha256 digest;
  for (const std::string& arm : arms) {
    const auto text = read_file(recipes / (arm + ".toml"), kMaxRecipeBytes);
    if (!text) {
      return text.error();
    }
    digest.add(std::to_string(text->size()) + "\n" + *text);
  }
  return digest.hex();
}

Expected<void> check(const ReproduceOptions& options) {
  if (options.seeds && (*options.seeds < 1 || *options.seeds > 20)) {
    return Error{ErrorCode::kUsage, "the number of seeds must lie between 1 and 20."};
  }
  if (options.steps && (*options.steps < 4 || *options.steps > 1000000)) {
    return Error{ErrorCode::kUsage, "the number of steps must lie between 4 and 1000000."};
  }
  return {};
}

class Reproduction : public Experiment {
 public:
  Reproduction(const ReproduceOptions& options, const DatasetReaders& readers)
      : options_(options), readers_(readers) {}

  Expected<ExperimentPlan> new_plan(const JobContext& job) override {
    auto plan = options_.sizes ? Expected<ReproducePlan>(make_plan(*options_.sizes, {},
                                                                   options_.pretraining_study.value_or(true)))
                               : measured_plan(job);
    if (!plan) {
      return plan.error();
    }
    plan->quick = options_.quick;
    return with_digest(std::move(*plan));
  }

  Expected<ExperimentPlan> resumed_plan(const ExperimentPlan& found, bool extend) override {
    const auto plan = plan_of(found);
    if (!plan) {
      return plan.error();
    }
    if (auto wanted = check_wanted(*plan); !wanted) {
      return wanted.error();
    }
    return extend ? with_digest(extended(*plan, options_.pretraining_study.value_or(true)))
                  : Expected<ExperimentPlan>(found);
  }

  std::string summary(const ExperimentPlan& plan) const override {
    const auto own = plan_of(plan);
    return own ? std::to_string(own->sizes.seeds) + " seeds, " + std::to_string(own->sizes.steps) +
                     " steps each training"
               : std::string();
  }

  Expected<std::vector<Step>> steps(const ExperimentPlan& plan, int workers) override {
    const auto own = plan_of(plan);
    return own ? Expected<std::vector<Step>>(
                     graph_steps(*own, options_.folder, options_.recipes, readers_, workers))
               : Expected<std::vector<Step>>(own.error());
  }

  Expected<std::vector<ReportFile>> report(const ExperimentPlan& plan,
                                           const StepResults& results) const override {
    const auto own = plan_of(plan);
    if (!own) {
      return own.error();
    }
    std::vector<std::string> problems;
    const auto published = read_published_tables(options_.published, &problems);
    for (const std::string& problem : problems) {
      log_warning("reproduce", problem);
    }
    const ReproduceNumbers numbers(*own, results);
    std::vector<ReportFile> files = reproduce_figures(numbers);
    files.insert(files.end(), {{"curves.csv", to_csv(numbers.curves())},
                               {"steps.csv", to_csv(numbers.steps())},
                               {"schedules.csv", to_csv(numbers.schedules())},
                               {"features.csv", to_csv(numbers.features())},
                               {"report.md", reproduce_report(numbers, published)}});
    return files;
  }

 private:
  Expected<ReproducePlan> plan_of(const ExperimentPlan& plan) const {
    return reproduce_plan(plan, plan_path(options_.folder).string());
  }

  Expected<ExperimentPlan> with_digest(ReproducePlan plan) const {
    const auto digest = recipes_digest(options_.recipes, plan.arms());
    if (!digest) {
      return digest.error();
    }
    plan.recipes_sha256 = *digest;
    return experiment_plan(plan);
  }

  /// Measures this machine and fits the plan to the time.
  Expected<ReproducePlan> measured_plan(const JobContext& job) const {
    ReproduceSizes wanted = options_.quick ? quick_sizes() : full_sizes();
    wanted.seeds = options_.seeds.value_or(wanted.seeds);
    if (options_.steps) {
      wanted.ranker_steps = static_cast<int>(
          std::max<std::int64_t>(1, std::int64_t{wanted.ranker_steps} * *options_.steps / wanted.steps));
      wanted.steps = *options_.steps;
    }
    ReproduceWork work{options_.folder, options_.recipes, wanted, readers_};
    const auto costs = measure_costs(work, job);
    if (!costs) {
      return costs.error();
    }
    const double seconds = computing_seconds(options_.quick ? kQuickSeconds : kFullSeconds, options_.workers);
    const bool study = options_.pretraining_study.value_or(options_.steps.has_value() ||
                                                           has_time_for_study(wanted, *costs, seconds));
    ReproduceSizes sizes = fitted(wanted, *costs, seconds, study);
    if (options_.steps) {
      sizes.steps = wanted.steps;
      sizes.ranker_steps = wanted.ranker_steps;
    }
    return make_plan(sizes, *costs, study);
  }

  /// That the options and the recipes are those of the plan.
  Expected<void> check_wanted(const ReproducePlan& plan) const {
    const auto digest = recipes_digest(options_.recipes, plan.arms());
    if (!digest) {
      return digest.error();
    }
    const auto another = [this](const std::string& what) { return other_plan(options_.folder, what); };
    if (options_.seeds && *options_.seeds != plan.sizes.seeds) {
      return another(std::to_string(plan.sizes.seeds) + " seeds");
    }
    if (options_.steps && *options_.steps != plan.sizes.steps) {
      return another(std::to_string(plan.sizes.steps) + " steps");
    }
    if (options_.sizes && !(*options_.sizes == plan.sizes)) {
      return another("other sizes");
    }
    if (*digest != plan.recipes_sha256) {
      return another("other training recipes");
    }
    return {};
  }

  ReproduceOptions options_;
  const DatasetReaders& readers_;
};

}  // namespace

Expected<std::unique_ptr<Experiment>> score_scaling_experiment(const ReproduceOptions& options,
                                                               const DatasetReaders& readers) {
  if (auto checked = check(options); !checked) {
    return checked.error();
  }
  return std::unique_ptr<Experiment>(std::make_unique<Reproduction>(options, readers));
}

}  // namespace alidade::score_scaling
