// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/omni6d/omni6d_report.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/constants.h"

namespace alidade {
namespace {

using Omni6dKind = Omni6dColumn::Kind;
using SharedEvaluation = std::shared_ptr<const Omni6dEvaluation>;

/// A class that occurs: its ground truths in file order.
struct ClassRows {
  std::string name;
  std::vector<std::size_t> truths;
  std::size_t predictions = 0;
  std::vector<std::size_t> paired;  ///< those of `truths` that have a prediction
};

struct Classes {
  std::vector<ClassRows> rows;
  std::vector<std::uint32_t> row_of;  ///< by category
  std::size_t absent = 0;             ///< categories without any row
};

Classes occurring_classes(const Omni6dEvaluation& evaluation) {
  const EvaluationInput& input = *evaluation.input;
  std::vector<ClassRows> all(input.categories.size());
  for (std::size_t i = 0; i < input.truth.rows.size(); ++i) {
    ClassRows& of = all[input.truth.rows[i].category];
    of.truths.push_back(i);
    if (evaluation.pairs.prediction_of[i] >= 0) {
      of.paired.push_back(i);
    }
  }
  for (const PoseRow& row : input.predictions.rows) {
    ++all[row.category].predictions;
  }
  Classes classes;
  classes.row_of.assign(all.size(), 0);
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (all[c].truths.empty() && all[c].predictions == 0) {
      ++classes.absent;
      continue;
    }
    classes.row_of[c] = static_cast<std::uint32_t>(classes.rows.size());
    all[c].name = input.categories[c];
    classes.rows.push_back(std::move(all[c]));
  }
  return classes;
}

/// Mean over the pairs of a class, weighed by image.
Estimator mean_over_pairs(const Omni6dEvaluation& evaluation, const ClassRows& rows,
                          const Omni6dColumn& column) {
  std::vector<std::pair<std::uint32_t, double>> scores;
  for (const std::size_t truth : rows.paired) {
    scores.emplace_back(evaluation.input->truth.rows[truth].image, column.score(evaluation.errors(truth)));
  }
  return [scores = std::move(scores)](std::span<const std::uint32_t> weights) -> std::optional<double> {
    double sum = 0.0;
    double count = 0.0;
    for (const auto& [image, score] : scores) {
      sum += weights[image] * score;
      count += weights[image];
    }
    return count > 0.0 ? std::optional(sum / count) : std::nullopt;
  };
}

Estimator precision_of_class(const Omni6dEvaluation& evaluation, const ClassRows& rows,
                             const Omni6dColumn& column) {
  const EvaluationInput& input = *evaluation.input;
  std::vector<Omni6dDetection> detections;
  std::vector<std::uint32_t> truths(input.images.size(), 0);
  for (const std::size_t truth : rows.truths) {
    ++truths[input.truth.rows[truth].image];
  }
  for (const std::size_t truth : rows.paired) {
    const PoseRow& prediction = input.predictions.rows[evaluation.pairs.prediction_of[truth]];
    detections.push_back({prediction.image, prediction.score, column.correct(evaluation.errors(truth))});
  }
  return [ranked = omni6d_ranking(std::move(detections)),
          truths = std::move(truths)](std::span<const std::uint32_t> weights) {
    return average_precision(ranked, truths, weights, ApRule::kRaw);
  };
}

MetricCell class_cell(const Omni6dEvaluation& evaluation, const ClassRows& rows, const Omni6dColumn& column) {
  MetricCell cell;
  if (rows.paired.empty()) {
    cell.reason = rows.truths.empty()
                      ? "the class has no ground truth, so that it does not enter the mean"
                      : "no ground truth of the class has a prediction, so that the class does "
                        "not enter the mean";
    return cell;
  }
  if (column.uses_iou && !evaluation.has_sizes) {
    cell.reason = "ground truth or predictions carry no box sizes";
    return cell;
  }
  cell.estimator = column.kind == Omni6dKind::kPrecision ? precision_of_class(evaluation, rows, column)
                                                         : mean_over_pairs(evaluation, rows, column);
  cell.value = cell.estimator(std::vector<std::uint32_t>(evaluation.input->images.size(), 1));
  return cell;
}

std::vector<MetricRow> metric_rows(const Omni6dEvaluation& evaluation, const Classes& classes) {
  std::vector<MetricRow> rows;
  for (const ClassRows& of_class : classes.rows) {
    MetricRow row;
    row.name = of_class.name;
    row.truths = of_class.truths.size();
    row.predictions = of_class.predictions;
    for (const Omni6dColumn& column : evaluation.columns) {
      row.cells.push_back(class_cell(evaluation, of_class, column));
    }
    rows.push_back(std::move(row));
  }
  MetricRow mean = mean_row(rows);
  for (std::size_t c = 0; c < evaluation.columns.size(); ++c) {
    mean.cells.push_back(mean_cell(rows, c, std::nullopt));
  }
  rows.push_back(std::move(mean));
  return rows;
}

std::vector<Measure> omni6d_measures() {
  return {{"rotation_deg", "rotation error", "°", 1.0 / kRadiansPerDegree, false},
          {"translation_cm", "translation error", "cm", 100.0, false},
          {"iou", "IoU", "%", 100.0, true},
          {"rotation_raw_deg", "rotation error without symmetry", "°", 1.0 / kRadiansPerDegree, false},
          {"iou_raw", "IoU without symmetry", "%", 100.0, true}};
}

Outcome outcome_of(const Omni6dColumn& column, const Omni6dErrors* errors, bool is_truth) {
  if (errors == nullptr) {
    return is_truth && column.kind == Omni6dKind::kPrecision ? Outcome::kWrong : Outcome::kIgnored;
  }
  return !column.correct || column.correct(*errors) ? Outcome::kCorrect : Outcome::kWrong;
}

/// The sample of a ground truth, or of a prediction that has none.
EvaluatedSample sample_of(const Omni6dEvaluation& evaluation, const Classes& classes, std::int64_t truth,
                          std::int64_t prediction) {
  const EvaluationInput& input = *evaluation.input;
  const PoseRow& row = truth >= 0 ? input.truth.rows[truth] : input.predictions.rows[prediction];
  EvaluatedSample sample;
  sample.image = row.image;
  sample.row = classes.row_of[row.category];
  sample.instance = truth >= 0 ? row.instance : -1;
  sample.truth = truth;
  sample.prediction = prediction;
  sample.score = prediction >= 0 ? input.predictions.rows[prediction].score : 0.0;
  sample.measures.resize(5);
  std::optional<Omni6dErrors> errors;
  if (truth >= 0 && prediction >= 0) {
    const Omni6dCriterion& criterion = evaluation.criteria[truth];
    errors = evaluation.errors(truth);
    sample.measures = {evaluation.angle(criterion), criterion.shift, evaluation.iou(criterion),
                       criterion.angle_raw, criterion.iou_raw};
    if (!evaluation.has_sizes) {
      sample.measures[2] = sample.measures[4] = std::nullopt;
    }
  }
  for (const Omni6dColumn& column : evaluation.columns) {
    const bool unknown = column.uses_iou && !evaluation.has_sizes;
    sample.outcomes.push_back(unknown ? Outcome::kNone
                                      : outcome_of(column, errors ? &*errors : nullptr, truth >= 0));
  }
  return sample;
}

std::vector<EvaluatedSample> all_samples(const Omni6dEvaluation& evaluation, const Classes& classes) {
  std::vector<EvaluatedSample> samples;
  const InstancePairs& pairs = evaluation.pairs;
  for (std::size_t i = 0; i < pairs.prediction_of.size(); ++i) {
    samples.push_back(sample_of(evaluation, classes, static_cast<std::int64_t>(i), pairs.prediction_of[i]));
  }
  for (std::size_t i = 0; i < pairs.truth_of.size(); ++i) {
    if (pairs.truth_of[i] < 0) {
      samples.push_back(sample_of(evaluation, classes, -1, static_cast<std::int64_t>(i)));
    }
  }
  const auto key = [](const EvaluatedSample& s) {
    // Predictions alone come after the image's ground truths.
    return std::tuple(s.image, static_cast<std::uint64_t>(s.truth), s.prediction);
  };
  std::stable_sort(samples.begin(), samples.end(),
                   [&](const EvaluatedSample& x, const EvaluatedSample& y) { return key(x) < key(y); });
  return samples;
}

/// Accuracy over the thresholds of one error; the last row is the mean over the classes with pairs.
Curve accuracy_curve(const Omni6dEvaluation& evaluation, const Classes& classes, Curve curve, double last,
                     double (*value)(const Omni6dErrors&), bool quality) {
  constexpr int kPoints = 200;
  for (int i = 0; i <= kPoints; ++i) {
    curve.x.push_back(last * i / kPoints);
  }
  std::vector<double> mean(curve.x.size(), 0.0);
  double counted = 0.0;
  for (const ClassRows& rows : classes.rows) {
    std::vector<double> sorted;
    for (const std::size_t truth : rows.paired) {
      sorted.push_back(value(evaluation.errors(truth)));
    }
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> y(curve.x.size(), 0.0);
    for (std::size_t i = 0; i < y.size() && !sorted.empty(); ++i) {
      const auto passed = quality
                              ? sorted.end() - std::upper_bound(sorted.begin(), sorted.end(), curve.x[i])
                              : std::lower_bound(sorted.begin(), sorted.end(), curve.x[i]) - sorted.begin();
      y[i] = static_cast<double>(passed) / static_cast<double>(sorted.size());
      mean[i] += y[i];
    }
    counted += sorted.empty() ? 0.0 : 1.0;
    curve.y.push_back(std::move(y));
  }
  for (double& share : mean) {
    share /= std::max(counted, 1.0);
  }
  curve.y.push_back(std::move(mean));
  return curve;
}

std::vector<Curve> accuracy_curves(const Omni6dEvaluation& evaluation, const Classes& classes) {
  const std::string y_title = "pairs within (%)";
  std::vector<Curve> curves;
  curves.push_back(accuracy_curve(
      evaluation, classes,
      {"accuracy_over_rotation", "accuracy over rotation error", "rotation threshold (°)", y_title, {}, {}},
      20.0, [](const Omni6dErrors& e) { return e.degrees; }, false));
  curves.push_back(accuracy_curve(
      evaluation, classes,
      {"accuracy_over_translation",
       "accuracy over translation error",
       "translation threshold (cm)",
       y_title,
       {},
       {}},
      10.0, [](const Omni6dErrors& e) { return e.centimetres; }, false));
  if (evaluation.has_sizes) {
    curves.push_back(accuracy_curve(
        evaluation, classes, {"accuracy_over_iou", "accuracy over IoU", "IoU threshold", y_title, {}, {}},
        1.0, [](const Omni6dErrors& e) { return e.iou; }, true));
  }
  return curves;
}

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::vector<std::string> notes_of(const Omni6dEvaluation& evaluation, const Classes& classes) {
  const InstancePairs& pairs = evaluation.pairs;
  std::vector<std::string> notes;
  if (pairs.by_order && !evaluation.input->predictions.rows.empty()) {
    notes.push_back(
        "The rows carry no instance numbers: the k-th ground truth and the k-th prediction of an "
        "image and class were taken as a pair.");
  }
  if (pairs.missed > 0) {
    notes.push_back(counted(pairs.missed, "ground truth has", "ground truths have") +
                    " no prediction: left out of accuracies, areas and means, as the API compares matched "
                    "pairs only; they count in the recall of the average precision.");
  }
  if (pairs.alone > 0) {
    notes.push_back(counted(pairs.alone, "prediction belongs", "predictions belong") +
                    " to no ground truth of its class and was left out, as in the API.");
  }
  if (pairs.repeated > 0) {
    notes.push_back(counted(pairs.repeated, "further prediction", "further predictions") +
                    " of an instance left out: the best scored one counts, the first among equals.");
  }
  if (classes.absent > 0) {
    notes.push_back(counted(classes.absent, "category occurs", "categories occur") +
                    " neither in the ground truth nor in the predictions; means are over the classes that "
                    "have pairs.");
  }
  if (!evaluation.has_scores) {
    notes.push_back("The predictions carry no scores that differ, so that there is no average precision.");
  }
  return notes;
}

}  // namespace

EvaluationReport omni6d_report(SharedEvaluation evaluation) {
  const Classes classes = occurring_classes(*evaluation);
  EvaluationReport report;
  for (const Omni6dColumn& column : evaluation->columns) {
    report.columns.push_back(column.info);
  }
  report.rows = metric_rows(*evaluation, classes);
  report.measures = omni6d_measures();
  report.samples = all_samples(*evaluation, classes);
  report.curves = accuracy_curves(*evaluation, classes);
  report.notes = notes_of(*evaluation, classes);
  report.explain = [evaluation, samples = std::make_shared<std::vector<EvaluatedSample>>(report.samples)](
                       std::size_t sample, std::size_t column) {
    return sample < samples->size() && column < evaluation->columns.size()
               ? omni6d_explanation(*evaluation, (*samples)[sample], column)
               : Explanation{};
  };
  return report;
}

}  // namespace alidade
