// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/indoor/indoor_report.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace alidade {
namespace {

constexpr std::size_t kThresholds = std::size(kIndoorThresholds);

std::string threshold_digits(double threshold) {
  return std::to_string(static_cast<int>(std::lround(100.0 * threshold)));
}

/// mAP at both thresholds, then mAR at both.
std::vector<MetricColumn> indoor_columns() {
  std::vector<MetricColumn> columns;
  for (const bool recall : {false, true}) {
    for (const double threshold : kIndoorThresholds) {
      MetricColumn column;
      column.id = (recall ? "mar_" : "map_") + threshold_digits(threshold);
      column.title = (recall ? "mAR@0." : "mAP@0.") + threshold_digits(threshold);
      column.unit = "%";
      column.factor = 100.0;
      column.rule =
          (recall ? "Share of the ground truths that are found. "
                  : "Area under the envelope of precision over recall, detections of all scenes by score. ") +
          std::string(
              "A detection is right when its IoU with the ground truth that it overlaps most exceeds 0.") +
          threshold_digits(threshold) +
          " (strictly) and no better scored one has taken that; the mean is over the classes that occur.";
      column.thresholds = {{"iou", threshold}};
      columns.push_back(std::move(column));
    }
  }
  return columns;
}

MetricCell class_cell(const IndoorEvaluation& evaluation, const IndoorClass& of_class, std::size_t column) {
  MetricCell cell;
  if (of_class.truths.empty()) {
    cell.reason = "detections but no ground truth: the reference divides 0 by 0 and prints NaN";
    return cell;
  }
  const bool recall = column >= kThresholds;
  cell.estimator = [recall, ranked = indoor_ranking(of_class, kIndoorThresholds[column % kThresholds]),
                    truths = of_class.truths_per_scene](std::span<const std::uint32_t> weights) {
    return recall ? indoor_recall(ranked, truths, weights)
                  : average_precision(ranked, truths, weights, ApRule::kEnvelope);
  };
  cell.value = cell.estimator(std::vector<std::uint32_t>(evaluation.input->images.size(), 1));
  if (of_class.ranked.empty()) {
    cell.reason = "no detection of the class: counts as 0, as in the reference";
  }
  return cell;
}

/// Over the classes that occur; a class without a value leaves none for the mean either, as NaN does.
MetricCell mean_over_classes(const std::vector<MetricRow>& rows, std::size_t column) {
  const bool complete =
      std::all_of(rows.begin(), rows.end(), [&](const MetricRow& row) { return row.cells[column].value; });
  if (!complete) {
    MetricCell cell;
    cell.reason = "a class is predicted but has no ground truth: the reference prints NaN for the mean too";
    return cell;
  }
  return mean_cell(rows, column, std::nullopt);
}

struct ColumnRows {
  std::vector<MetricRow> rows;
  std::vector<std::uint32_t> row_of;  ///< by category
};

ColumnRows metric_rows(const IndoorEvaluation& evaluation) {
  ColumnRows made;
  for (std::size_t c = 0; c < evaluation.classes.size(); ++c) {
    const IndoorClass& of_class = evaluation.classes[c];
    made.row_of.push_back(static_cast<std::uint32_t>(made.rows.size()));
    if (!of_class.occurs()) {
      continue;
    }
    MetricRow row;
    row.name = evaluation.input->categories[c];
    row.truths = of_class.truths.size();
    row.predictions = of_class.ranked.size();
    for (std::size_t column = 0; column < 2 * kThresholds; ++column) {
      row.cells.push_back(class_cell(evaluation, of_class, column));
    }
    made.rows.push_back(std::move(row));
  }
  MetricRow mean = mean_row(made.rows);
  for (std::size_t column = 0; column < 2 * kThresholds; ++column) {
    mean.cells.push_back(mean_over_classes(made.rows, column));
  }
  made.rows.push_back(std::move(mean));
  return made;
}

/// What the detections of a class did: per threshold, the rank that found each ground truth (-1 = none).
struct Finds {
  const IndoorClass& of_class;
  std::vector<std::vector<bool>> correct;                   ///< [threshold][rank]
  std::vector<std::map<std::int64_t, std::size_t>> finder;  ///< [threshold] truth -> rank
  std::map<std::int64_t, std::size_t> best;                 ///< truth -> rank of the largest overlap

  explicit Finds(const IndoorClass& indoor) : of_class(indoor), finder(kThresholds) {
    for (std::size_t t = 0; t < kThresholds; ++t) {
      correct.push_back(indoor_correct(indoor, kIndoorThresholds[t]));
      for (std::size_t rank = 0; rank < indoor.ranked.size(); ++rank) {
        if (correct[t][rank]) {
          finder[t].emplace(indoor.ranked[rank].truth, rank);
        }
      }
    }
    for (std::size_t rank = 0; rank < indoor.ranked.size(); ++rank) {
      const IndoorDetection& detection = indoor.ranked[rank];
      const auto [entry, first] = best.emplace(detection.truth, rank);
      if (!first && detection.iou > indoor.ranked[entry->second].iou) {
        entry->second = rank;
      }
    }
  }
};

/// Shown with its ground truth is the detection that finds it at the loosest threshold.
EvaluatedSample truth_sample(const IndoorEvaluation& evaluation, const Finds& finds, std::size_t truth,
                             std::uint32_t row) {
  const auto key = static_cast<std::int64_t>(truth);
  EvaluatedSample sample;
  sample.image = evaluation.truths[truth].scene;
  sample.row = row;
  sample.instance = evaluation.input->truth.rows[truth].instance;
  sample.truth = key;
  sample.measures.resize(2);
  auto shown = finds.finder.front().find(key);
  if (shown != finds.finder.front().end()) {
    const IndoorDetection& detection = finds.of_class.ranked[shown->second];
    sample.prediction = static_cast<std::int64_t>(detection.detection);
    sample.score = evaluation.detections[detection.detection].score;
    sample.measures = {
        detection.iou,
        (evaluation.detections[detection.detection].box.center - evaluation.truths[truth].box.center).norm()};
  } else if (const auto best = finds.best.find(key); best != finds.best.end()) {
    sample.measures[0] = finds.of_class.ranked[best->second].iou;
  }
  for (std::size_t column = 0; column < 2 * kThresholds; ++column) {
    const bool found = finds.finder[column % kThresholds].contains(key);
    sample.outcomes.push_back(found ? Outcome::kCorrect : Outcome::kWrong);
  }
  return sample;
}

/// A detection that is not shown with a ground truth.
EvaluatedSample detection_sample(const IndoorEvaluation& evaluation, const Finds& finds, std::size_t rank,
                                 std::uint32_t row) {
  const IndoorDetection& detection = finds.of_class.ranked[rank];
  EvaluatedSample sample;
  sample.image = detection.scene;
  sample.row = row;
  sample.prediction = static_cast<std::int64_t>(detection.detection);
  sample.score = evaluation.detections[detection.detection].score;
  sample.measures.resize(2);
  if (detection.truth >= 0) {
    sample.measures[0] = detection.iou;
  }
  for (std::size_t column = 0; column < 2 * kThresholds; ++column) {
    const bool correct = finds.correct[column % kThresholds][rank];
    sample.outcomes.push_back(column >= kThresholds ? Outcome::kNone
                              : correct             ? Outcome::kCorrect
                                                    : Outcome::kWrong);
  }
  return sample;
}

std::vector<EvaluatedSample> all_samples(const IndoorEvaluation& evaluation, const ColumnRows& rows) {
  std::vector<EvaluatedSample> samples;
  for (std::size_t c = 0; c < evaluation.classes.size(); ++c) {
    const Finds finds(evaluation.classes[c]);
    for (const std::size_t truth : finds.of_class.truths) {
      samples.push_back(truth_sample(evaluation, finds, truth, rows.row_of[c]));
    }
    for (std::size_t rank = 0; rank < finds.of_class.ranked.size(); ++rank) {
      if (!finds.correct.front()[rank]) {
        samples.push_back(detection_sample(evaluation, finds, rank, rows.row_of[c]));
      }
    }
  }
  const auto key = [](const EvaluatedSample& s) {
    // Detections alone come after the scene's ground truths.
    return std::tuple(s.image, static_cast<std::uint64_t>(s.truth), s.prediction);
  };
  std::stable_sort(samples.begin(), samples.end(),
                   [&](const EvaluatedSample& x, const EvaluatedSample& y) { return key(x) < key(y); });
  return samples;
}

/// AP and recall over the overlap threshold. A class without ground truth lies at 0 and does not enter the
/// means.
std::vector<Curve> threshold_curves(const IndoorEvaluation& evaluation) {
  Curve ap{"ap_over_iou", "AP over IoU threshold", "IoU threshold", "AP (%)", {}, {}};
  Curve recall{"recall_over_iou", "recall over IoU threshold", "IoU threshold", "recall (%)", {}, {}};
  for (int i = 0; i <= 40; ++i) {
    ap.x.push_back(i / 40.0);
  }
  recall.x = ap.x;
  std::vector<double> mean_ap(ap.x.size(), 0.0), mean_recall(ap.x.size(), 0.0);
  double counted = 0.0;
  for (const IndoorClass& of_class : evaluation.classes) {
    if (!of_class.occurs()) {
      continue;
    }
    std::vector<double> ap_of_class, recall_of_class;
    for (std::size_t i = 0; i < ap.x.size(); ++i) {
      const auto ranked = indoor_ranking(of_class, ap.x[i]);
      ap_of_class.push_back(
          average_precision(ranked, of_class.truths_per_scene, {}, ApRule::kEnvelope).value_or(0.0));
      recall_of_class.push_back(indoor_recall(ranked, of_class.truths_per_scene, {}).value_or(0.0));
      mean_ap[i] += ap_of_class.back();
      mean_recall[i] += recall_of_class.back();
    }
    counted += of_class.truths.empty() ? 0.0 : 1.0;
    ap.y.push_back(std::move(ap_of_class));
    recall.y.push_back(std::move(recall_of_class));
  }
  for (std::size_t i = 0; i < ap.x.size(); ++i) {
    mean_ap[i] /= std::max(1.0, counted);
    mean_recall[i] /= std::max(1.0, counted);
  }
  ap.y.push_back(std::move(mean_ap));
  recall.y.push_back(std::move(mean_recall));
  return {std::move(ap), std::move(recall)};
}

std::vector<std::string> notes_of(const IndoorEvaluation& evaluation) {
  std::vector<std::string> notes;
  std::size_t absent = 0;
  for (std::size_t c = 0; c < evaluation.classes.size(); ++c) {
    const IndoorClass& of_class = evaluation.classes[c];
    absent += !of_class.occurs();
    if (of_class.truths.empty() && of_class.occurs()) {
      notes.push_back(
          "Class '" + evaluation.input->categories[c] +
          "' is predicted but has no ground truth: the reference divides 0 by 0 and prints NaN for "
          "it and for the mean, so that both are missing here.");
    }
  }
  if (absent > 0) {
    notes.push_back(std::to_string(absent) + (absent == 1 ? " category occurs" : " categories occur") +
                    " neither in the ground truth nor in the predictions and "
                    "does not enter the means, as in the reference.");
  }
  return notes;
}

}  // namespace

EvaluationReport indoor_report(std::shared_ptr<const IndoorEvaluation> evaluation) {
  EvaluationReport report;
  report.columns = indoor_columns();
  ColumnRows rows = metric_rows(*evaluation);
  report.measures = {{"iou", "IoU with the best overlap", "%", 100.0, true},
                     {"center_cm", "distance of the centers", "cm", 100.0, false}};
  report.samples = all_samples(*evaluation, rows);
  report.rows = std::move(rows.rows);
  report.curves = threshold_curves(*evaluation);
  report.notes = notes_of(*evaluation);
  report.explain = [evaluation, columns = report.columns,
                    samples = std::make_shared<std::vector<EvaluatedSample>>(report.samples)](
                       std::size_t sample, std::size_t column) {
    return sample < samples->size() && column < columns.size()
               ? indoor_explanation(*evaluation, (*samples)[sample], columns[column],
                                    kIndoorThresholds[column % kThresholds])
               : Explanation{};
  };
  return report;
}

}  // namespace alidade
