// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/reproduction.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/evaluation/text/published.h"
#include "core/exchange/quantization_sweep_file.h"
#include "core/experiments/budget.h"
#include "core/papers/mqat/figures.h"
#include "core/papers/mqat/recipe_text.h"
#include "core/papers/mqat/report.h"
#include "core/papers/mqat/steps.h"
#include "core/papers/mqat/sweep.h"

namespace alidade::mqat {
namespace {

constexpr std::uintmax_t kMaxDataRecipeBytes = 1 << 20;
constexpr double kAllFactor = 3.0;  ///< time for everything, in times for the main plan

/// The digest of the data of the networks in the plan.
Expected<std::string> data_digest(const StudyPlaces& places, Breadth breadth) {
  Sha256 digest;
  for (const StudyNetwork& network : study_networks()) {
    for (const std::string& split :
         {std::string("train"), std::string(kSelection), std::string(kTest), network.light}) {
      if (split.empty() || !has_network(breadth, network)) {
        continue;
      }
      const auto text = read_file(places.data(network, split), kMaxDataRecipeBytes);
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

class StudyExperiment : public Experiment {
 public:
  StudyExperiment(const StudyOptions& options, std::shared_ptr<const StudyWork> work)
      : options_(options),
        places_{options.folder, options.recipes, options.checkpoint},
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
    return own ? std::to_string(own->sizes.seeds) + " seeds of the main retrainings, " +
                     std::to_string(own->sizes.stage_steps) + " steps each stage, " +
                     std::to_string(own->sizes.test_images) + " test images" +
                     (own->breadth == Breadth::kAll ? ", every table" : "")
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
    const StudyNumbers numbers(*own, results);
    const QuantizationSweep sweep = study_sweep(numbers, places_.checkpoint.filename().string());
    std::vector<ReportFile> files = study_figures(numbers, published);
    files.insert(files.end(), {{"accuracies.csv", to_csv(numbers.accuracies())},
                               {"sweep.json", quantization_sweep_json(sweep)},
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
    const StudyNetwork& network = study_networks().front();
    TrainingOrder order;
    order.config = network.config;
    order.data = places_.data(network, "train").filename().string();
    order.start = absolute(places_.checkpoint).lexically_relative(absolute(places_.recipes)).string();
    order.norm = NormMode::kFrozen;
    order.quantizer = ArmQuantizer::kLsq;
    for (const char* module : kModules) {
      order.stages.push_back(std::string(module) + "=3");
    }
    order.stage_steps = wanted.stage_steps;
    const auto costs = work_->costs(training_text(order, wanted), places_.recipes / "measured.toml", wanted,
                                    places_.data(network, kTest), job);
    if (!costs) {
      return costs.error();
    }
    const double clock = (options_.quick ? kQuickSeconds : kFullSeconds) *
                         (options_.breadth == Breadth::kAll ? kAllFactor : 1.0);
    StudySizes sizes = fitted(wanted, *costs, computing_seconds(clock, options_.workers), options_.breadth);
    sizes.stage_steps = options_.steps.value_or(sizes.stage_steps);
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
    if (options_.steps && *options_.steps != plan.sizes.stage_steps) {
      return another(std::to_string(plan.sizes.stage_steps) + " steps");
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

}  // namespace alidade::mqat
