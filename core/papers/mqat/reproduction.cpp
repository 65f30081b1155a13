// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/reproduction.h"

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/exchange/quantization_sweep_file.h"
#include "core/experiments/budget.h"
#include "core/papers/mqat/figures.h"
#include "core/papers/mqat/recipe_text.h"
#include "core/papers/mqat/report.h"
#include "core/papers/mqat/steps.h"
#include "core/papers/mqat/sweep.h"

namespace alidade::mqat {
namespace {

constexpr double kAllFactor = 3.0;  ///< time for everything, in times for the main plan

class StudyExperiment : public StudyExperimentOf<Study> {
 public:
  StudyExperiment(const StudyOptions& options, std::shared_ptr<const StudyWork> work)
      : options_(options),
        places_{options.folder, options.recipes, options.checkpoint},
        work_(std::move(work)) {}

 protected:
  const StudyOptionsOf<Study>& shared() const override { return options_; }

  std::vector<std::filesystem::path> recipe_files(const StudyPlan& plan) const override {
    std::vector<std::filesystem::path> files;
    for (const StudyNetwork& network : study_networks()) {
      for (const std::string& split :
           {std::string("train"), std::string(kSelection), std::string(kTest), network.light}) {
        if (!split.empty() && has_network(plan.breadth, network)) {
          files.push_back(places_.data(network, split));
        }
      }
    }
    return files;
  }

  std::string plan_words(const StudyPlan& plan) const override {
    return std::to_string(plan.sizes.seeds) + " seeds of the main retrainings, " +
           std::to_string(plan.sizes.stage_steps) + " steps each stage, " +
           std::to_string(plan.sizes.test_images) + " test images" +
           (plan.breadth == Breadth::kAll ? ", every table" : "");
  }

  std::vector<Step> plan_steps(const StudyPlan& plan, int) const override {
    return study_steps(plan, places_, work_);
  }

  Expected<std::vector<ReportFile>> plan_report(const StudyPlan& plan, const StepResults& results,
                                                const std::vector<PublishedTable>& published) const override {
    const StudyNumbers numbers(plan, results);
    const QuantizationSweep sweep = study_sweep(numbers, places_.checkpoint.filename().string());
    std::vector<ReportFile> files = study_figures(numbers, published);
    files.insert(files.end(), {{"accuracies.csv", to_csv(numbers.accuracies())},
                               {"sweep.json", quantization_sweep_json(sweep)},
                               {"report.md", study_report(numbers, published)}});
    return files;
  }

  Expected<StudyPlan> measured_plan(const JobContext& job) const override {
    StudySizes wanted = options_.quick ? quick_sizes() : full_sizes();
    wanted.seeds = options_.seeds.value_or(wanted.seeds);
    const Breadth breadth = options_.breadth.value_or(Study::kUsual);
    const StudyNetwork& network = study_networks().front();
    const auto costs =
        work_->costs(training_text(measured_order(wanted), wanted), places_.recipes / "measured.toml", wanted,
                     places_.data(network, kTest), job);
    if (!costs) {
      return costs.error();
    }
    const double clock =
        (options_.quick ? kQuickSeconds : kFullSeconds) * (breadth == Breadth::kAll ? kAllFactor : 1.0);
    StudySizes sizes = fitted(wanted, *costs, computing_seconds(clock, options_.workers), breadth);
    sizes.stage_steps = options_.steps.value_or(sizes.stage_steps);
    return make_plan(sizes, *costs, breadth);
  }

 private:
  /// The retraining whose steps are timed.
  TrainingOrder measured_order(const StudySizes& sizes) const {
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
    order.stage_steps = sizes.stage_steps;
    return order;
  }

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

}  // namespace alidade::mqat
