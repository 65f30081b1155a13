// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/reproduction.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/experiments/budget.h"
#include "core/papers/h2a2/figures.h"
#include "core/papers/h2a2/recipe_text.h"
#include "core/papers/h2a2/report.h"
#include "core/papers/h2a2/steps.h"

namespace alidade::h2a2 {
namespace {

constexpr double kAllFactor = 3.0;  ///< time for everything, in times for the main plan

class StudyExperiment : public StudyExperimentOf<Study> {
 public:
  StudyExperiment(const StudyOptions& options, std::shared_ptr<const StudyWork> work)
      : options_(options), places_{options.folder, options.recipes}, work_(std::move(work)) {}

 protected:
  const StudyOptionsOf<Study>& shared() const override { return options_; }

  std::vector<std::filesystem::path> recipe_files(const StudyPlan& plan) const override {
    std::vector<std::filesystem::path> files;
    for (const Arm& arm : study_arms(plan.breadth)) {
      for (const StudySource& source : data_of(arm.data).sources) {
        for (const char* split : {"train", "test"}) {
          files.push_back(places_.recipes / recipe_name(arm, source, split, plan.sizes));
        }
      }
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
  }

  std::string plan_words(const StudyPlan& plan) const override {
    return std::to_string(plan.sizes.seeds) + " seeds of the main arms, " + std::to_string(plan.sizes.steps) +
           " steps each training, " + std::to_string(plan.sizes.test_scenes) + " test scenes of each source" +
           (plan.breadth == Breadth::kAll ? ", every control" : "");
  }

  std::vector<Step> plan_steps(const StudyPlan& plan, int) const override {
    return study_steps(plan, places_, work_);
  }

  Expected<std::vector<ReportFile>> plan_report(const StudyPlan& plan, const StepResults& results,
                                                const std::vector<PublishedTable>& published) const override {
    const StudyNumbers numbers(plan, results);
    std::vector<ReportFile> files = study_figures(numbers);
    files.insert(files.end(), {{"accuracies.csv", to_csv(numbers.accuracies())},
                               {"sharing.csv", to_csv(numbers.sharing())},
                               {"gradients.csv", to_csv(numbers.gradients())},
                               {"report.md", study_report(numbers, published)}});
    return files;
  }

  Expected<StudyPlan> measured_plan(const JobContext& job) const override {
    StudySizes wanted = options_.quick ? quick_sizes() : full_sizes();
    wanted.seeds = options_.seeds.value_or(wanted.seeds);
    const Breadth breadth = options_.breadth.value_or(Study::kUsual);
    const auto costs = measured_costs(wanted, job);
    if (!costs) {
      return costs.error();
    }
    const double clock =
        (options_.quick ? kQuickSeconds : kFullSeconds) * (breadth == Breadth::kAll ? kAllFactor : 1.0);
    StudySizes sizes = fitted(wanted, *costs, computing_seconds(clock, options_.workers), breadth);
    sizes.steps = options_.steps.value_or(sizes.steps);
    return make_plan(sizes, *costs, breadth);
  }

 private:
  /// Of joint training without and with selection.
  Expected<StudyCosts> measured_costs(const StudySizes& sizes, const JobContext& job) const {
    const auto arms = study_arms(Breadth::kMain);
    const Arm &joint = *find_arm(arms, kJoint), &both = *find_arm(arms, kBoth);
    std::vector<SourceScenes> tests;
    for (const StudySource& source : main_sources()) {
      tests.push_back({source.name, places_.recipes / recipe_name(joint, source, "test", sizes)});
    }
    return work_->costs(training_text({joint}, sizes), training_text({both}, sizes),
                        places_.recipes / "measured.toml", tests, job);
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

}  // namespace alidade::h2a2
