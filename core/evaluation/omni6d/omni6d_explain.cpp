// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <numbers>
#include <string>

#include "core/evaluation/omni6d/omni6d_report.h"

namespace alidade {
namespace {

using Omni6dKind = Omni6dColumn::Kind;

std::string explained_number(double value, int decimals) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string degrees(double radians) {
  return explained_number(radians * 180.0 / std::numbers::pi, 3) + "°";
}

std::string pair_step(const Omni6dEvaluation& evaluation, const EvaluatedSample& sample) {
  const EvaluationInput& input = *evaluation.input;
  return "Row " + std::to_string(sample.truth) + " of " + input.truth.source + " and row " +
         std::to_string(sample.prediction) + " of " + input.predictions.source + " are a pair: image '" +
         input.images[sample.image].name + "', " +
         (evaluation.pairs.by_order ? "the same place among the rows of their class."
                                    : "instance " + std::to_string(sample.instance) + ".");
}

std::string rotation_step(const Omni6dEvaluation& evaluation, const EvaluatedSample& sample) {
  const Omni6dCriterion& criterion = evaluation.criteria[sample.truth];
  const SymmetryGroup& group = evaluation.input->truth.rows[sample.truth].symmetry;
  if (group.trivial()) {
    return "Rotation error " + degrees(criterion.angle_raw) + "; the object has no symmetry.";
  }
  const std::string start =
      "Rotation error " + degrees(criterion.angle_raw) + " as it is; under the symmetry " + group.name + " ";
  return evaluation.symmetry == Omni6dSymmetry::kScript
             ? start + degrees(criterion.angle_enumerated) + " with the nearest of its elements (" +
                   std::to_string(kOmni6dSteps) + " turns per continuous axis; exactly " +
                   degrees(criterion.angle_analytic) + ")."
             : start + degrees(criterion.angle_analytic) + " over the whole group.";
}

std::string box_step(const Omni6dEvaluation& evaluation, const EvaluatedSample& sample) {
  const Omni6dCriterion& criterion = evaluation.criteria[sample.truth];
  const std::string shift = "Translation error " + explained_number(100.0 * criterion.shift, 3) + " cm";
  if (!evaluation.has_sizes) {
    return shift + "; no box sizes, so no IoU.";
  }
  return shift + "; IoU " + explained_number(100.0 * evaluation.iou(criterion), 2) + " %" +
         (evaluation.symmetry == Omni6dSymmetry::kScript
              ? " after the symmetric turn (" + explained_number(100.0 * criterion.iou_raw, 2) + " % before)."
              : " of the boxes as they are.");
}

std::string verdict_of_pair(const Omni6dEvaluation& evaluation, const EvaluatedSample& sample,
                            const Omni6dColumn& column) {
  const Omni6dErrors errors = evaluation.errors(static_cast<std::size_t>(sample.truth));
  const bool passes = !column.correct || column.correct(errors);
  switch (column.kind) {
    case Omni6dKind::kMean:
      return "The sample enters the mean with " +
             explained_number(column.info.factor * column.score(errors), column.info.decimals + 1) + " " +
             column.info.unit + ".";
    case Omni6dKind::kArea:
      return "The sample is inside " + explained_number(100.0 * column.score(errors), 2) +
             " % of the thresholds and adds that share to the mean of its class.";
    case Omni6dKind::kAccuracy:
      return passes ? "The sample counts as right." : "The sample counts as wrong.";
    case Omni6dKind::kPrecision:
      return std::string("The prediction (score ") + explained_number(sample.score, 4) + ") counts as a " +
             (passes ? "true" : "false") + " positive.";
  }
  return "";
}

}  // namespace

Explanation omni6d_explanation(const Omni6dEvaluation& evaluation, const EvaluatedSample& sample,
                               std::size_t column) {
  const Omni6dColumn& judged = evaluation.columns[column];
  Explanation explanation;
  explanation.rule = judged.info.rule;
  if (sample.prediction < 0) {
    explanation.steps = {"No prediction has the image, the instance and the class of this ground truth."};
    explanation.verdict = judged.kind == Omni6dKind::kPrecision
                              ? "The ground truth counts in the recall and is missed."
                              : "The ground truth is left out: the protocol compares matched pairs only.";
    return explanation;
  }
  if (sample.truth < 0) {
    explanation.steps = {
        "No ground truth of its class belongs to this prediction, or a better scored one has "
        "it."};
    explanation.verdict = "The prediction is left out: the protocol compares matched pairs only.";
    return explanation;
  }
  explanation.steps = {pair_step(evaluation, sample), rotation_step(evaluation, sample),
                       box_step(evaluation, sample)};
  explanation.verdict = judged.uses_iou && !evaluation.has_sizes
                            ? "Without box sizes the column has no value."
                            : verdict_of_pair(evaluation, sample, judged);
  return explanation;
}

}  // namespace alidade
