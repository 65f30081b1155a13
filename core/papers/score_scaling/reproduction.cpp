// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/reproduction.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/experiments/budget.h"
#include "core/papers/score_scaling/figures.h"
#include "core/papers/score_scaling/report.h"
#include "core/papers/score_scaling/steps.h"

namespace alidade::score_scaling {
namespace {

class Reproduction : public StudyExperimentOf<Study> {
 public:
  Reproduction(const ReproduceOptions& options, const DatasetReaders& readers)
      : options_(options), readers_(readers) {}

 protected:
  const ReproduceOptions& shared() const override { return options_; }

  std::vector<std::filesystem::path> recipe_files(const ReproducePlan& plan) const override {
    std::vector<std::filesystem::path> files;
    for (const std::string& arm : trained_arms(plan)) {
      files.push_back(options_.recipes / (arm + ".toml"));
    }
    return files;
  }

  std::string plan_words(const ReproducePlan& plan) const override {
    return std::to_string(plan.sizes.seeds) + " seeds, " + std::to_string(plan.sizes.steps) +
           " steps each training";
  }

  std::vector<Step> plan_steps(const ReproducePlan& plan, int workers) const override {
    return graph_steps(plan, options_.folder, options_.recipes, readers_, workers);
  }

  Expected<std::vector<ReportFile>> plan_report(const ReproducePlan& plan, const StepResults& results,
                                                const std::vector<PublishedTable>& published) const override {
    const ReproduceNumbers numbers(plan, results);
    std::vector<ReportFile> files = reproduce_figures(numbers);
    files.insert(files.end(), {{"curves.csv", to_csv(numbers.curves())},
                               {"steps.csv", to_csv(numbers.steps())},
                               {"schedules.csv", to_csv(numbers.schedules())},
                               {"features.csv", to_csv(numbers.features())},
                               {"report.md", reproduce_report(numbers, published)}});
    return files;
  }

  Expected<ReproducePlan> measured_plan(const JobContext& job) const override {
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
    const bool study =
        options_.breadth.value_or(options_.steps.has_value() || has_time_for_study(wanted, *costs, seconds));
    ReproduceSizes sizes = fitted(wanted, *costs, seconds, study);
    if (options_.steps) {
      sizes.steps = wanted.steps;
      sizes.ranker_steps = wanted.ranker_steps;
    }
    return make_plan(sizes, *costs, study);
  }

 private:
  ReproduceOptions options_;
  const DatasetReaders& readers_;
};

}  // namespace

Expected<std::unique_ptr<Experiment>> score_scaling_experiment(const ReproduceOptions& options,
                                                               const DatasetReaders& readers) {
  if (auto checked = check_study_options(options.seeds, options.steps); !checked) {
    return checked.error();
  }
  return std::unique_ptr<Experiment>(std::make_unique<Reproduction>(options, readers));
}

}  // namespace alidade::score_scaling
