// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/reproduction.h"

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

/// The digest of the data of the sets in the plan.
Expected<std::string> data_digest(const StudyPlaces& places, Breadth breadth) {
  Sha256 digest;
  for (const StudySet& set : study_sets()) {
    for (const char* split : {"train", "val", "test"}) {
      if (!has_arms(set, breadth)) {
        continue;
      }
      const auto text = read_file(places.data(set, split), kMaxDataRecipeBytes);
      if (!text) {
        return text.error();
      }
      digest.add(std::to_string(text->size()) + "\n" + *text);
    }
  }
  return digest.hex();
}

Expected<void> check_options(const StudyOptions& options) {
  if (options.seeds && (*options.seeds < 1 || *options.seeds > 20)) {
    return usage_error("the number of seeds must lie between 1 and 20.");
  }
  if (options.steps && (*options.steps < 4 || *options.steps > 1000000)) {
    return usage_error("the number of steps must lie between 4 and 1000000.");
  }
  return {};
}

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

class StudyExperiment : public Experiment {
 public:
  StudyExperiment(const StudyOptions& options, std::shared_ptr<const StudyWork> work)
      : options_(options),
        places_{options.folder, options.recipes, options.encoder},
        work_(std::move(work)) {}

  Expected<ExperimentPlan> new_plan(const JobContext& job) override {
    auto plan = options_.sizes ? Expected<StudyPlan>(make_plan(*options_.sizes, {}, options_.breadth))
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
    if (auto wanted = check_wanted(*plan, extend); !wanted) {
      return wanted.error();
    }
    return extend ? with_digest(extended(*plan, options_.breadth)) : Expected<ExperimentPlan>(found);
  }

  std::string summary(const ExperimentPlan& plan) const override {
    const auto own = plan_of(plan);
    return own ? std::to_string(own->sizes.seeds) + " seeds, " + std::to_string(own->sizes.steps) +
                     " steps each training" + kBreadthWords[static_cast<std::size_t>(own->breadth)]
               : std::string();
  }

  Expected<std::vector<Step>> steps(const ExperimentPlan& plan, int) override {
    const auto own = plan_of(plan);
    return own ? Expected<std::vector<Step>>(study_steps(*own, places_, work_))
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
    const auto scenes = read_file(places_.data(*find_set("six"), "test"), kMaxDataRecipeBytes);
    if (!scenes) {
      return scenes.error();
    }
    const StudyNumbers numbers(*own, results);
    std::vector<ReportFile> files = study_figures(numbers);
    files.insert(files.end(), {{kScenes, *scenes}, comparison_figure(kScenes)});
    files.insert(files.end(), {{"accuracies.csv", to_csv(numbers.accuracies())},
                               {"gradients.csv", to_csv(numbers.gradients())},
                               {"report.md", study_report(numbers, published)}});
    return files;
  }

 private:
  Expected<StudyPlan> plan_of(const ExperimentPlan& plan) const {
    return study_plan(plan, plan_path(options_.folder).string());
  }

  Expected<ExperimentPlan> with_digest(StudyPlan plan) const {
    const auto digest = data_digest(places_, plan.breadth);
    if (!digest) {
      return digest.error();
    }
    plan.recipes_sha256 = *digest;
    return experiment_plan(plan);
  }

  /// Measures this machine and fits the plan to the time.
  Expected<StudyPlan> measured_plan(const JobContext& job) const {
    StudySizes wanted = options_.quick ? quick_sizes() : full_sizes();
    wanted.seeds = options_.seeds.value_or(wanted.seeds);
    wanted = options_.steps ? with_given_steps(wanted, *options_.steps) : wanted;
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
    const double clock = (options_.quick ? kQuickSeconds : kFullSeconds) *
                         kBreadthFactors[static_cast<std::size_t>(options_.breadth)];
    const double seconds = computing_seconds(clock, options_.workers);
    constexpr int kFewest = 3;
    StudySizes sizes = fitted(wanted, *costs, seconds, options_.breadth,
                              std::min(wanted.seeds, options_.seeds.value_or(kFewest)));
    if (options_.steps) {
      sizes.steps = wanted.steps;
      sizes.pilot_steps = wanted.pilot_steps;
      sizes.reference_steps = wanted.reference_steps;
    }
    return make_plan(sizes, *costs, options_.breadth);
  }

  /// That the options and the recipes are those of the plan.
  Expected<void> check_wanted(const StudyPlan& plan, bool extend) const {
    const auto digest = data_digest(places_, plan.breadth);
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
    if (options_.breadth > plan.breadth && !extend) {
      return another("fewer arms; add --extend for more");
    }
    if (*digest != plan.recipes_sha256) {
      return another("other recipes of the data");
    }
    return {};
  }

  StudyOptions options_;
  StudyPlaces places_;
  std::shared_ptr<const StudyWork> work_;
};

}  // namespace

Expected<std::unique_ptr<Experiment>> study_experiment(const StudyOptions& options,
                                                       std::shared_ptr<const StudyWork> work) {
  if (auto checked = check_options(options); !checked) {
    return checked.error();
  }
  return std::unique_ptr<Experiment>(std::make_unique<StudyExperiment>(options, std::move(work)));
}

}  // namespace alidade::decompose
