// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdio>
#include <string>

#include "core/evaluation/indoor/indoor_report.h"

namespace alidade {
namespace {

std::string number(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string name_of(const IndoorEvaluation& evaluation, const IndoorDetection& detection) {
  return "detection " + std::to_string(detection.detection) + " (score " +
         number("%.4f", evaluation.detections[detection.detection].score) + ", IoU " +
         number("%.4f", detection.iou) + ")";
}

/// Every detection that overlaps the ground truth most, in the order of scores, with what became of it.
/// Returns whether one of them found it.
bool add_claims(const IndoorEvaluation& evaluation, const IndoorClass& of_class, std::int64_t truth,
                double threshold, std::vector<std::string>* steps) {
  const std::vector<bool> correct = indoor_correct(of_class, threshold);
  bool found = false;
  for (std::size_t rank = 0; rank < of_class.ranked.size(); ++rank) {
    const IndoorDetection& detection = of_class.ranked[rank];
    if (detection.truth != truth || detection.iou <= 0.0) {
      continue;
    }
    const std::string verdict = correct[rank] ? "finds it."
                                : detection.iou <= threshold
                                    ? "does not exceed the threshold " + number("%.2f", threshold) + "."
                                    : "comes too late: it is taken.";
    steps->push_back("Rank " + std::to_string(rank + 1) + ", " + name_of(evaluation, detection) + ", " +
                     verdict);
    found = found || correct[rank];
  }
  return found;
}

}  // namespace

Explanation indoor_explanation(const IndoorEvaluation& evaluation, const EvaluatedSample& sample,
                               const MetricColumn& column, double threshold) {
  Explanation explanation;
  explanation.rule = column.rule;
  const bool alone = sample.truth < 0;
  const auto index = static_cast<std::size_t>(alone ? sample.prediction : sample.truth);
  const IndoorObject& object = alone ? evaluation.detections[index] : evaluation.truths[index];
  const IndoorClass& of_class = evaluation.classes[object.category];
  const std::string scene = "scene '" + evaluation.input->images[object.scene].name + "', class '" +
                            evaluation.input->categories[object.category] + "'";
  if (!alone) {
    explanation.steps.push_back("Ground truth " + std::to_string(index) + ", " + scene + ".");
    const bool found = add_claims(evaluation, of_class, sample.truth, threshold, &explanation.steps);
    if (explanation.steps.size() == 1) {
      explanation.steps.push_back("No detection of the class overlaps it more than any other ground truth.");
    }
    explanation.verdict = found ? "The ground truth is found." : "The ground truth is missed.";
    return explanation;
  }
  const auto at = std::find_if(of_class.ranked.begin(), of_class.ranked.end(),
                               [&](const IndoorDetection& d) { return d.detection == index; });
  explanation.steps.push_back("Detection " + std::to_string(index) + " (score " +
                              number("%.4f", object.score) + "), " + scene + ".");
  if (at->truth < 0) {
    explanation.steps.push_back("The scene holds no ground truth of the class.");
    explanation.verdict = "The detection counts as a false positive.";
    return explanation;
  }
  explanation.steps.push_back("Ground truth " + std::to_string(at->truth) +
                              " is the one it overlaps most, with IoU " + number("%.4f", at->iou) + ".");
  add_claims(evaluation, of_class, at->truth, threshold, &explanation.steps);
  const auto rank = static_cast<std::size_t>(at - of_class.ranked.begin());
  explanation.verdict = indoor_correct(of_class, threshold)[rank]
                            ? "The detection counts as a true positive."
                            : "The detection counts as a false positive.";
  return explanation;
}

}  // namespace alidade
