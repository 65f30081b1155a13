// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <utility>

#include "core/base/constants.h"
#include "core/evaluation/omni6d/omni6d_report.h"
#include "core/evaluation/protocol_list.h"

namespace alidade {
namespace {

OrientedBox oriented_box_of(const PoseRow& row) {
  return {{row.cam_from_obj.R, row.cam_from_obj * row.center_obj}, row.size};
}

bool any_size(const PoseSet& set) {
  return std::any_of(set.rows.begin(), set.rows.end(),
                     [](const PoseRow& row) { return row.size.minCoeff() > 0.0; });
}

bool scores_differ(const PoseSet& set) {
  return std::any_of(set.rows.begin(), set.rows.end(),
                     [&](const PoseRow& row) { return row.score != set.rows.front().score; });
}

std::string omni6d_obstacle(const EvaluationInput& input) {
  if (input.truth.rows.empty()) {
    return "there is no ground truth.";
  }
  return pairing_obstacle(input);
}

Protocol protocol(Omni6dSymmetry symmetry, std::string id, std::string title, std::string summary) {
  Protocol made;
  made.id = std::move(id);
  made.family = "omni6d";
  made.title = std::move(title);
  made.summary = std::move(summary);
  made.obstacle = omni6d_obstacle;
  made.run = [symmetry](std::shared_ptr<const EvaluationInput> input,
                        const JobContext& job) -> Expected<EvaluationReport> {
    auto evaluation = omni6d_evaluation(std::move(input), symmetry, job);
    if (!evaluation) {
      return evaluation.error();
    }
    return omni6d_report(std::make_shared<Omni6dEvaluation>(std::move(*evaluation)));
  };
  return made;
}

}  // namespace

double Omni6dEvaluation::iou(const Omni6dCriterion& criterion) const {
  return symmetry == Omni6dSymmetry::kScript ? criterion.iou_calibrated : criterion.iou_raw;
}

double Omni6dEvaluation::angle(const Omni6dCriterion& criterion) const {
  return symmetry == Omni6dSymmetry::kScript ? criterion.angle_enumerated : criterion.angle_analytic;
}

Omni6dErrors Omni6dEvaluation::errors(std::size_t truth) const {
  const Omni6dCriterion& criterion = criteria[truth];
  return {iou(criterion), angle(criterion) / kRadiansPerDegree, criterion.shift / kMetresPerCentimetre};
}

Expected<Omni6dEvaluation> omni6d_evaluation(std::shared_ptr<const EvaluationInput> input,
                                             Omni6dSymmetry symmetry, const JobContext& job) {
  Omni6dEvaluation evaluation;
  evaluation.symmetry = symmetry;
  evaluation.pairs = pair_instances(*input);
  evaluation.has_sizes = any_size(input->truth) && any_size(input->predictions);
  evaluation.has_scores = scores_differ(input->predictions);
  evaluation.columns = omni6d_columns(evaluation.has_scores);
  const auto count = static_cast<std::int64_t>(input->truth.rows.size());
  evaluation.criteria.resize(input->truth.rows.size());
  for (std::int64_t i = 0; i < count; ++i) {
    if (i % 256 == 0) {
      job.report("Comparing poses", i, count);
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "The evaluation was stopped."};
      }
    }
    if (const std::int64_t p = evaluation.pairs.prediction_of[i]; p >= 0) {
      const PoseRow& truth = input->truth.rows[i];
      evaluation.criteria[i] = omni6d_criterion(oriented_box_of(truth),
                                                oriented_box_of(input->predictions.rows[p]), truth.symmetry);
    }
  }
  evaluation.input = std::move(input);
  return evaluation;
}

std::vector<Protocol> omni6d_protocols() {
  return {protocol(Omni6dSymmetry::kScript, "omni6d-script", "Omni6DPose, as scripted",
                   "AUC, VUS and average precision of the Omni6DPose API (cutoop) over matched pairs, means "
                   "over the classes that occur. Each prediction is first turned to the symmetric pose "
                   "nearest to the ground truth; continuous symmetries are enumerated in 100 steps, which "
                   "overstates rotation errors by up to 1.8°. Ground truths without prediction count in "
                   "the recall of the average precision only."),
          protocol(Omni6dSymmetry::kAnalytic, "omni6d-analytic", "Omni6DPose, analytic angles",
                   "The same measures with the API's precise rotation errors: continuous symmetries are "
                   "solved, not enumerated. As in the API, boxes are then compared without calibration, so "
                   "that the IoU of a symmetric object depends on a turn that cannot be seen.")};
}

}  // namespace alidade
