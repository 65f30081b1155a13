// SPDX-License-Identifier: BSD-3-Clause
#include <utility>

#include "core/base/constants.h"
#include "core/evaluation/errors/hypothesis_set.h"
#include "core/evaluation/instance_pairs.h"
#include "core/evaluation/objects/object_table.h"
#include "core/evaluation/protocol_list.h"
#include "core/geometry/so3_statistics.h"

namespace alidade {
namespace {

using ObjectKind = ObjectColumn::Kind;

constexpr double kModeRadius = 10.0 * kRadiansPerDegree;
constexpr double kOutlier = 30.0 * kRadiansPerDegree;
constexpr int kModeSteps = 36;              // turns of a continuous axis whose modes have to be covered
constexpr double kKeepRatio = 0.6;          // both of GenPose's scripts
constexpr std::size_t kMaxPairwise = 1000;  // samples up to which all pairs are compared

ObjectColumn degrees(const char* id, const char* title, const char* rule) {
  return {{id, title, "°", 1.0 / kRadiansPerDegree, false, 2, rule}, ObjectKind::kMean};
}
ObjectColumn centimetres(const char* id, const char* title, const char* rule) {
  return {{id, title, "cm", 1.0 / kMetresPerCentimetre, false, 2, rule}, ObjectKind::kMean};
}
ObjectColumn share(const char* id, const char* title, const char* rule, bool higher = true) {
  return {{id, title, "%", 100.0, higher, 1, rule}, ObjectKind::kMean};
}

ObjectColumn judged(const char* id, const char* title, double angle, double distance, const char* rule) {
  ObjectColumn column{{id, title, "%", 100.0, true, 1, rule}, ObjectKind::kShare};
  column.column.thresholds = {{"rotation", angle * kRadiansPerDegree},
                              {"translation", distance * kMetresPerCentimetre}};
  return column;
}

std::vector<ObjectColumn> set_columns() {
  return {
      share("within_5deg2cm", "inside 5°2cm",
            "Share of an object's samples within 5° (under its symmetry) and "
            "2 cm, both inclusive; mean over objects."),
      judged("any_5deg2cm", "any in 5°2cm", 5.0, 2.0,
             "Objects with at least one sample within 5° and 2 cm, both inclusive: the best-of-K oracle."),
      degrees("mean_rotation", "mean R",
              "Mean rotation error of an object's samples under its symmetry; mean "
              "over objects."),
      degrees("median_rotation", "median R", "Median over an object's samples; mean over objects."),
      degrees("min_rotation", "best R", "Smallest over an object's samples (oracle); mean over objects."),
      centimetres("mean_translation", "mean t", "Mean distance of an object's samples; mean over objects."),
      centimetres("median_translation", "median t", "Median over an object's samples; mean over objects."),
      centimetres("min_translation", "best t",
                  "Smallest over an object's samples (oracle, perhaps another sample than the best "
                  "rotation's); mean over objects."),
      degrees("spread", "spread",
              "Mean angle between the samples and their average rotation under the "
              "object's symmetry; mean over objects."),
      share("mode_coverage", "modes covered",
            "Share of the equivalent rotations (36 turns for a continuous axis) that have a sample within "
            "10°; mean over objects."),
      share("outlier_rate", "outliers",
            "Share of samples more than 30° away under the symmetry; mean over "
            "objects.",
            false),
      degrees("energy_rotation", "energy score R",
              "Mean angle to the ground truth less half the mean angle between samples, under the symmetry; "
              "mean over objects."),
      centimetres("energy_translation", "energy score t",
                  "Mean distance to the ground truth less half the mean distance between samples: a proper "
                  "score; mean over objects.")};
}

std::vector<Measure> measures() {
  return {{"rotation", "mean rotation error", "°", 1.0 / kRadiansPerDegree},
          {"translation", "mean translation error", "cm", 1.0 / kMetresPerCentimetre},
          {"best_rotation", "best rotation error", "°", 1.0 / kRadiansPerDegree},
          {"best_translation", "best translation error", "cm", 1.0 / kMetresPerCentimetre}};
}

MeasuredObject measure_set(const PoseRow& truth, const std::vector<Rigid3>& samples) {
  const SymmetryGroup& symmetry = truth.symmetry;
  const HypothesisErrors errors = hypothesis_errors(samples, truth.cam_from_obj, symmetry);
  const ErrorSummary rotation = summarize(errors.rotation), translation = summarize(errors.translation);
  const double inside = share_within(errors, 5.0 * kRadiansPerDegree, 2.0 * kMetresPerCentimetre);
  MeasuredObject object;
  object.values = {inside,
                   inside > 0.0 ? 1.0 : 0.0,
                   rotation.mean,
                   rotation.median,
                   rotation.smallest,
                   translation.mean,
                   translation.median,
                   translation.smallest,
                   rotation_spread(samples, mean_pose(samples).R, symmetry),
                   mode_coverage(samples, truth.cam_from_obj, symmetry, kModeSteps, kModeRadius),
                   outlier_share(samples, truth.cam_from_obj, symmetry, kOutlier)};
  object.values.resize(13);
  if (samples.size() <= kMaxPairwise) {
    const EnergyScores energy = energy_scores(samples, truth.cam_from_obj, symmetry);
    object.values[11] = energy.rotation;
    object.values[12] = energy.translation;
  }
  object.measures = {rotation.mean, translation.mean, rotation.smallest, translation.smallest};
  return object;
}

std::vector<ObjectColumn> pose_columns() {
  const char* rule =
      "Objects whose average pose is within both thresholds, inclusive; rotation under the "
      "object's symmetry.";
  return {judged("5deg2cm", "5°2cm", 5.0, 2.0, rule),
          judged("5deg5cm", "5°5cm", 5.0, 5.0, rule),
          judged("10deg2cm", "10°2cm", 10.0, 2.0, rule),
          judged("10deg5cm", "10°5cm", 10.0, 5.0, rule),
          degrees("mean_rotation", "mean R", "Rotation error of the average; mean over objects."),
          centimetres("mean_translation", "mean t", "Translation error of the average; mean over objects.")};
}

MeasuredObject measure_pose(const PoseRow& truth, const Rigid3& pose) {
  const double angle = symmetric_rotation_distance(truth.cam_from_obj.R, pose.R, truth.symmetry);
  const double distance = (pose.t - truth.cam_from_obj.t).norm();
  MeasuredObject object;
  for (const auto& [d, c] : {std::pair(5.0, 2.0), {5.0, 5.0}, {10.0, 2.0}, {10.0, 5.0}}) {
    object.values.push_back(angle <= d * kRadiansPerDegree && distance <= c * kMetresPerCentimetre ? 1.0
                                                                                                   : 0.0);
  }
  object.values.insert(object.values.end(), {angle, distance});
  object.measures = {angle, distance};
  return object;
}

MeasuredObject measure_mean(const PoseRow& truth, const PoseRow& prediction) {
  return measure_pose(truth, mean_pose(prediction.hypotheses));
}

MeasuredObject measure_ranked(const PoseRow& truth, const PoseRow& prediction) {
  const auto ranked = rank_hypotheses(prediction.hypotheses, prediction.energies);
  return measure_pose(truth, average_of_best(ranked.poses, kKeepRatio));
}

using MeasureOne = MeasuredObject (*)(const PoseRow& truth, const PoseRow& prediction);

Expected<EvaluationReport> run(std::shared_ptr<const EvaluationInput> input, const JobContext& job,
                               std::vector<ObjectColumn> columns, std::vector<Measure> measured,
                               MeasureOne measure) {
  const std::size_t samples =
      input->predictions.rows.empty() ? 0 : input->predictions.rows[0].hypotheses.size();
  auto report = paired_report(std::move(input), std::move(columns), std::move(measured), measure, job);
  if (!report) {
    return report;
  }
  report->notes.push_back("K = " + std::to_string(samples) + " samples per object.");
  if (samples > kMaxPairwise) {
    report->notes.push_back("Energy scores are left out above " + std::to_string(kMaxPairwise) +
                            " samples per object.");
  }
  return report;
}

std::string hypothesis_obstacle(const EvaluationInput& input, bool energies) {
  for (std::size_t i = 0; i < input.predictions.rows.size(); ++i) {
    const PoseRow& row = input.predictions.rows[i];
    if (row.hypotheses.empty()) {
      return "row " + std::to_string(i) + " of " + input.predictions.source +
             " has no samples (array \"hypotheses\"), which this protocol judges.";
    }
    if (energies && row.energies.size() != row.hypotheses.size()) {
      return "row " + std::to_string(i) + " of " + input.predictions.source +
             " has no energy per sample (array \"energy\"), by which this protocol ranks.";
    }
  }
  return pairing_obstacle(input);
}

Protocol protocol(const char* id, const char* title, const char* summary, bool energies) {
  Protocol made;
  made.id = id;
  made.family = "hypotheses";
  made.title = title;
  made.summary = summary;
  made.obstacle = [energies](const EvaluationInput& input) { return hypothesis_obstacle(input, energies); };
  return made;
}

}  // namespace

std::vector<Protocol> hypothesis_protocols() {
  Protocol sets = protocol(
      "hypotheses", "Sets of K samples",
      "Our own measures, since none are standard: errors of all samples, the best-of-K oracle, spread, "
      "coverage of equivalent rotations, outliers and energy scores. Rotations count under the object's "
      "symmetry. Oracles need the ground truth: they bound what a ranking could reach.",
      false);
  sets.run = [](std::shared_ptr<const EvaluationInput> input, const JobContext& job) {
    return run(std::move(input), job, set_columns(), measures(),
               [](const PoseRow& truth, const PoseRow& prediction) {
                 return measure_set(truth, prediction.hypotheses);
               });
  };
  Protocol mean =
      protocol("hypotheses-mean", "Average of all K samples",
               "Quaternion average and mean translation of all samples, as GenPose averages.", false);
  Protocol ranked = protocol(
      "hypotheses-ranked", "Average of the best 60 % by energy",
      "GenPose's ranking and averaging: rotations and translations are ranked separately by their energies, "
      "and the best 60 % of each are averaged. Objects are paired by instance, not by image boxes.",
      true);
  std::vector<Measure> pose_measures = measures();
  pose_measures.resize(2);
  pose_measures[0].title = "rotation error";
  pose_measures[1].title = "translation error";
  const std::pair<Protocol*, MeasureOne> averages[] = {{&mean, measure_mean}, {&ranked, measure_ranked}};
  for (const auto& [made, measure] : averages) {
    made->run = [measure, pose_measures](std::shared_ptr<const EvaluationInput> input,
                                         const JobContext& job) {
      return run(std::move(input), job, pose_columns(), pose_measures, measure);
    };
  }
  return {sets, mean, ranked};
}

}  // namespace alidade
