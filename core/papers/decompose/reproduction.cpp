// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/reproduction.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/experiments/budget.h"
#include "core/papers/decompose/figures.h"
#include "core/papers/decompose/recipe_text.h"
#include "core/papers/decompose/report.h"
#include "core/papers/decompose/steps.h"

namespace alidade::decompose {
namespace {

constexpr std::uintmax_t kMaxDataRecipeBytes = 1 << 20;
constexpr char kScenes[] = "figure-5.toml";  ///< the test set, beside the figure that shows it
/// Time for a plan of each breadth, in times for the main arms on six categories.
constexpr double kBreadthFactors[] = {1.0, 1.5, 4.0};
constexpr const char* kBreadthWords[] = {"", ", six and ten categories", ", every table"};

/// As many steps of every kind in relation to the trainings as the plan without `steps` has.
StudySizes with_given_steps(StudySizes sizes, int steps) {
  const auto scaled = [&](int count) {
    return static_cast<int>(std::max<std::int64_t>(1, std::int64_t{count} * steps / sizes.steps));
  };
  sizes.pilot_steps = scaled(sizes.pilot_steps);
  sizes.reference_steps = scaled(sizes.reference_steps);
  sizes.steps = steps;
  return sizes;
}

class StudyExperiment : public StudyExperimentOf<Study> {
 public:
  StudyExperiment(const StudyOptions& options, std::shared_ptr<const StudyWork> work)
      : options_(options),
        places_{options.folder, options.recipes, options.encoder},
        work_(std::move(work)) {}

 protected:
  const StudyOptionsOf<Study>& shared() const override { return options_; }

  std::vector<std::filesystem::path> recipe_files(const StudyPlan& plan) const override {
    std::vector<std::filesystem::path> files;
    for (const StudySet& set : study_sets()) {
      for (const char* split : {"train", "val", "test"}) {
        if (has_arms(set, plan.breadth)) {
          files.push_back(places_.data(set, split));
        }
      }
    }
    return files;
  }

  std::string plan_words(const StudyPlan& plan) const override {
    return std::to_string(plan.sizes.seeds) + " seeds, " + std::to_string(plan.sizes.steps) +
           " steps each training" + kBreadthWords[static_cast<std::size_t>(plan.breadth)];
  }

  std::vector<Step> plan_steps(const StudyPlan& plan, int) const override {
    return study_steps(plan, places_, work_);
  }

  Expected<std::vector<ReportFile>> plan_report(const StudyPlan& plan, const StepResults& results,
                                                const std::vector<PublishedTable>& published) const override {
    const auto scenes = read_file(places_.data(*find_set("six"), "test"), kMaxDataRecipeBytes);
    if (!scenes) {
      return scenes.error();
    }
    const StudyNumbers numbers(plan, results);
    std::vector<ReportFile> files = study_figures(numbers);
    files.insert(files.end(), {{kScenes, *scenes}, comparison_figure(kScenes)});
    files.insert(files.end(), {{"accuracies.csv", to_csv(numbers.accuracies())},
                               {"gradients.csv", to_csv(numbers.gradients())},
                               {"report.md", study_report(numbers, published)}});
    return files;
  }

  Expected<StudyPlan> measured_plan(const JobContext& job) const override {
    StudySizes wanted = options_.quick ? quick_sizes() : full_sizes();
    wanted.seeds = options_.seeds.value_or(wanted.seeds);
    wanted = options_.steps ? with_given_steps(wanted, *options_.steps) : wanted;
    const Breadth breadth = options_.breadth.value_or(Study::kUsual);
    const StudySet& six = *find_set("six");
    TrainingOrder order;
    order.arm = arms_of(six, Breadth::kSix).front();
    order.branches = {{six.categories}, {"high"}};
    order.steps = wanted.steps;
    order.data = places_.data(six, "train").filename();
    order.encoder = places_.encoder.lexically_relative(places_.recipes);
    const auto costs = work_->costs(training_text(order, wanted), places_.recipes / "measured.toml", wanted,
                                    places_.data(six, "test"), job);
    if (!costs) {
      return costs.error();
    }
    const double clock =
        (options_.quick ? kQuickSeconds : kFullSeconds) * kBreadthFactors[static_cast<std::size_t>(breadth)];
    const double seconds = computing_seconds(clock, options_.workers);
    constexpr int kFewest = 3;
    StudySizes sizes =
        fitted(wanted, *costs, seconds, breadth, std::min(wanted.seeds, options_.seeds.value_or(kFewest)));
    if (options_.steps) {
      sizes.steps = wanted.steps;
      sizes.pilot_steps = wanted.pilot_steps;
      sizes.reference_steps = wanted.reference_steps;
    }
    return make_plan(sizes, *costs, breadth);
  }

 private:
  StudyOptions options_;
  StudyPlaces places_;
  std::shared_ptr<const StudyWork> work_;
};

}  // namespace

Expected<std::unique_ptr<Experiment>> study_experiment(const StudyOptions& options,
                                                       std::shared_ptr<const StudyWork> work) {
  if (auto checked = check_study_options(options.seeds, options.steps); !checked) {
    return checked.error();
  }
  return std::unique_ptr<Experiment>(std::make_unique<StudyExperiment>(options, std::move(work)));
}

}  // namespace alidade::decompose
