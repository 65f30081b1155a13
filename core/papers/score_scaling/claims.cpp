// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/base/constants.h"
#include "core/papers/score_scaling/report.h"

namespace alidade::score_scaling {
namespace {

struct Metric {
  const char* id;
  const char* title;
};
constexpr Metric kTableMetrics[] = {{"5deg2cm", "5°2cm"}, {"10deg2cm", "10°2cm"}};
constexpr Metric kCurveMetric = {"10deg5cm", "10°5cm"};

/// A setting of Table 2 and its name in a sentence.
struct Subject {
  const char* arm;
  const char* setting;
  const char* name;
};
constexpr Subject kGuided{kScratch, "guided-1", "from scratch, guided, K = 1"};
constexpr Subject kSingle{kScratch, "unguided-1", "from scratch, unguided, K = 1"};
constexpr Subject kMean{kScratch, "unguided-50-mean", "from scratch, mean of a random 60 % of K = 50"};
constexpr Subject kRanked{kScratch, "ranker-50", "from scratch, ranker on K = 50"};
constexpr Subject kMode{kScratch, "unguided-50-mode", "from scratch, highest mode of K = 50"};
constexpr Subject kJointMean{kJoint, "unguided-50-mean", "joint, mean of a random 60 % of K = 50"};
constexpr Subject kJointGuided{kJoint, "guided-1", "joint, guided, K = 1"};
constexpr Subject kJointMode{kJoint, "unguided-50-mode", "joint, highest mode of K = 50"};
constexpr Subject kJointHead{kJoint, "regression", "joint, regression head"};
constexpr Subject kJointOracle{kJoint, "oracle-50-mean", "joint, oracle: mean of the best 60 % of K = 50"};
constexpr Subject kOracle{kScratch, "oracle-50-mean",
                          "from scratch, oracle: mean of the best 60 % of K = 50"};

class Checks {
 public:
  explicit Checks(const ReproduceNumbers& numbers) : numbers_(numbers) {}

  void compare(const std::string& claim, const Subject& a, const Subject& b) {
    for (const Metric& metric : kTableMetrics) {
      add(claim, std::string(metric.title) + " of \"" + a.name + "\" minus \"" + b.name + "\"",
          difference(numbers_.accuracy(a.arm, a.setting, metric.id),
                     numbers_.accuracy(b.arm, b.setting, metric.id), kPoints));
    }
  }

  void add(const std::string& claim, const std::string& measure, const SeedValues& differences,
           const std::string& unit = "points", int decimals = 1, std::optional<double> margin = {}) {
    checks_.push_back({claim, measure, unit, decimals, present(differences), margin});
  }

  std::vector<Claim> take() { return std::move(checks_); }

 private:
  const ReproduceNumbers& numbers_;
  std::vector<Claim> checks_;
};

void add_curves(const ReproduceNumbers& n, Checks& checks) {
  const char* id = kCurveMetric.id;
  const std::string mean = std::string("the mean over the training of 10°5cm (guided, K = 1), ");
  checks.add("Joint learning after pre-training converges faster than training from scratch (Fig. 4b)",
             mean + "joint minus from scratch, pre-training counted as work,",
             difference(n.curve_mean(kJoint, "guided", id), n.curve_mean(kScratch, "guided", id), kPoints));
  checks.add("Joint learning ends above training from scratch (Fig. 4b)",
             "10°5cm (guided, K = 1) at the last step, joint minus from scratch,",
             difference(n.curve_last(kJoint, "guided", id), n.curve_last(kScratch, "guided", id), kPoints));
  checks.add("Pre-training makes joint learning converge faster (Fig. 4b)",
             mean + "with minus without pre-training at equal steps,",
             difference(n.curve_mean(kJoint, "guided", id), n.curve_mean(kWithout, "guided", id), kPoints));
  checks.add("Joint learning improves the regression head (Fig. 4c)",
             "10°5cm of the head at the last step minus that at the end of its pre-training (which had fewer "
             "steps and no decay of the learning rate)",
             difference(n.curve_last(kJoint, "regression", id), n.curve_pretrained(kJoint, "regression", id),
                        kPoints));
}

/// The paper draws the curves from epoch 0 and says that other pre-training does "not much help compared to
/// learning from scratch".
void add_pretraining(const ReproduceNumbers& n, Checks& checks) {
  constexpr double kNotMuch = 5.0;
  const char* id = kCurveMetric.id;
  for (const auto& [arm, name] :
       {std::pair(kPretrainingArms[0], "classification"), std::pair(kPretrainingArms[1], "reconstruction")}) {
    const std::string other = name;
    const SeedValues mean = n.curve_mean(arm, "guided", id), last = n.curve_last(arm, "guided", id);
    checks.add("Pre-training by regression beats pre-training by " + other + " (Fig. 4a)",
               "the mean over the training of 10°5cm (guided, K = 1), regression minus " + other + ",",
               difference(n.curve_mean(kJoint, "guided", id), mean, kPoints));
    checks.add("Pre-training by regression beats pre-training by " + other + " (Fig. 4a)",
               "10°5cm (guided, K = 1) at the last step, regression minus " + other + ",",
               difference(n.curve_last(kJoint, "guided", id), last, kPoints));
    checks.add("Pre-training by " + other + " does not much help (Fig. 4a; within 5 points)",
               "10°5cm (guided, K = 1) at the last step, " + other + " minus from scratch,",
               difference(last, n.curve_last(kScratch, "guided", id), kPoints), "points", 1, kNotMuch);
  }
}

void add_features(const ReproduceNumbers& n, Checks& checks) {
  const SeedValues joint = n.feature(kJoint, "similarity");
  checks.add("The features after joint learning are distributed as those after pre-training (Fig. 7)",
             "their similarity (1 = equal up to a turn and a factor) minus that of joint learning without "
             "pre-training, whose weights started equal,",
             difference(joint, n.feature(kWithout, "similarity")), "", 2);
  checks.add("The features after joint learning are distributed as those after pre-training (Fig. 7)",
             "their similarity minus that of training from scratch, whose weights started equal,",
             difference(joint, n.feature(kScratch, "similarity")), "", 2);
}

/// The paper's curves may begin where joint training does.
void add_uncounted_pretraining(const ReproduceNumbers& n, Checks& checks) {
  const auto* train = n.result(std::string("train-") + kJoint + "-s1");
  if (train == nullptr || !train->contains("steps") || !train->contains("pretrain_steps")) {
    return;
  }
  const double steps = train->at("steps").get<double>() - train->at("pretrain_steps").get<double>();
  const auto mean = [&](const char* arm) {
    return n.curve_joint_mean(arm, "guided", kCurveMetric.id, steps);
  };
  const std::string measure =
      "the mean of 10°5cm (guided, K = 1) over equally many joint steps, pre-training not counted as work, ";
  checks.add("With pre-training for free, joint learning converges faster than training from scratch",
             measure + "joint minus from scratch,", difference(mean(kJoint), mean(kScratch), kPoints));
  checks.add("With pre-training for free, it makes joint learning converge faster",
             measure + "with minus without pre-training,", difference(mean(kJoint), mean(kWithout), kPoints));
}

void add_steps(const ReproduceNumbers& n, Checks& checks) {
  for (const Metric& metric : kTableMetrics) {
    const auto lost = [&](const char* mode) {
      return difference(n.sweep(mode, 50, metric.id), n.sweep(mode, 10, metric.id), kPoints);
    };
    checks.add("Ten steps cost the unguided sampler more than the guided one (Fig. 4d)",
               std::string("what ") + metric.title + " loses from 50 to 10 steps, unguided minus guided,",
               difference(lost("unguided"), lost("guided")));
  }
}

void add_schedules(const ReproduceNumbers& n, Checks& checks) {
  constexpr const char* kExp = "exponential:1:15";
  constexpr const char* kConst = "constant:3";
  checks.add("Stronger guidance early on brings the samples to the truth sooner (Fig. 8)",
             "the rotation error half way (t = 0.5), exponential 1–15 minus constant 3,",
             difference(n.schedule_at(kExp, "rotation_mean", 0.5),
                        n.schedule_at(kConst, "rotation_mean", 0.5), kDegreesPerRadian),
             "degrees");
  checks.add("All schedules end at about the same rotation error (Fig. 8; within 1 degree)",
             "the median rotation error, exponential 1–15 minus constant 3,",
             difference(n.schedule(kExp, "rotation_median"), n.schedule(kConst, "rotation_median"),
                        kDegreesPerRadian),
             "degrees", 2, 1.0);
  checks.add(
      "All schedules end at about the same translation error (Fig. 8; within 0.5 cm)",
      "the median translation error, exponential 1–15 minus constant 3,",
      difference(n.schedule(kExp, "translation_median"), n.schedule(kConst, "translation_median"), 100.0),
      "cm", 2, 0.5);
  checks.add("Constant guidance collapses the modes of symmetric objects, exponential keeps them (Fig. 9)",
             "the share of the symmetry orbit that 50 samples cover, exponential 1–15 minus constant 3,",
             difference(n.schedule(kExp, "coverage"), n.schedule(kConst, "coverage"), kPoints));
  checks.add("Constant guidance collapses the modes of symmetric objects, exponential keeps them (Fig. 9)",
             "the entropy over the orbit (1 = uniform), exponential 1–15 minus constant 3,",
             difference(n.schedule(kExp, "entropy"), n.schedule(kConst, "entropy")), "", 3);
}

}  // namespace

std::vector<Claim> paper_trends(const ReproduceNumbers& numbers) {
  Checks checks(numbers);
  checks.compare("Guidance makes a single sample better (Table 2, G)", kGuided, kSingle);
  checks.compare("A single guided sample beats the pooled 50 without ranker (Table 2, G)", kGuided, kMean);
  if (numbers.plan().sizes.ranker_steps > 0) {
    checks.compare("The ranker improves on the pooled 50 (Table 2, GenPose)", kRanked, kMean);
    checks.compare("A single guided sample beats 50 with ranker (Table 2, G)", kGuided, kRanked);
  }
  checks.compare("Joint learning beats training from scratch at K = 50 (Table 2, J)", kJointMean, kMean);
  checks.compare("Joint learning adds to guidance (Table 2, J+G)", kJointGuided, kGuided);
  if (has_pretraining_study(numbers.plan())) {
    add_pretraining(numbers, checks);
  }
  add_curves(numbers, checks);
  add_steps(numbers, checks);
  if (!present(numbers.feature(kJoint, "similarity")).empty()) {
    add_features(numbers, checks);
  }
  add_schedules(numbers, checks);
  return checks.take();
}

std::vector<Claim> further_questions(const ReproduceNumbers& numbers) {
  Checks checks(numbers);
  checks.compare("A single guided sample beats the regression head of the same network", kJointGuided,
                 kJointHead);
  checks.compare("Mode-seeking improves on the pooled 50 (from scratch)", kMode, kMean);
  checks.compare("Mode-seeking improves on the pooled 50 (joint)", kJointMode, kJointMean);
  checks.compare("The oracle leaves room above the pooled 50 (from scratch)", kOracle, kMean);
  checks.compare("The oracle leaves room above the pooled 50 (joint)", kJointOracle, kJointMean);
  if (numbers.plan().sizes.ranker_steps > 0) {
    checks.compare("The ranker beats mode-seeking, which needs no network", kRanked, kMode);
  }
  add_uncounted_pretraining(numbers, checks);
  if (!present(numbers.feature(kJoint, "purity")).empty()) {
    checks.add(
        "Joint features tell the categories apart better than those from scratch",
        "the share of the ten nearest test objects in feature space that have the same category, joint "
        "minus from scratch,",
        difference(numbers.feature(kJoint, "purity"), numbers.feature(kScratch, "purity"), kPoints));
    checks.add(
        "Joint features follow the rotation more than those from scratch",
        "the rank correlation of feature distance and rotation distance within categories, joint minus "
        "from scratch,",
        difference(numbers.feature(kJoint, "agreement"), numbers.feature(kScratch, "agreement")), "", 3);
    checks.add(
        "Joint features are steadier under noise than those from scratch",
        "how far 3 mm of noise on the points moves the feature, in mean distances between objects, from "
        "scratch minus joint,",
        difference(numbers.feature(kScratch, "noise_shift"), numbers.feature(kJoint, "noise_shift")), "", 3);
  }
  // A gentle schedule is as good a compromise in the facts' prototype: the whole trade-off is asked for.
  checks.add("Exponential 1–15 keeps more modes than linear 1–3",
             "the share of the symmetry orbit that 50 samples cover, exponential 1–15 minus linear 1–3,",
             difference(numbers.schedule("exponential:1:15", "coverage"),
                        numbers.schedule("linear:1:3", "coverage"), kPoints));
  return checks.take();
}

}  // namespace alidade::score_scaling
