// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/provenance.h"

namespace alidade {

/// A column of a report. Values are kept in natural units (shares 0..1, radians, metres, pixels);
/// tables and JSON show value * factor in `unit`.
struct MetricColumn {
  std::string id;     ///< stable, the name published tables use too: "5deg2cm", "iou_75", "ar_vsd"
  std::string title;  ///< "5°2cm"
  std::string unit;   ///< "%", "°", "cm", "px"; empty for a plain number
  double factor = 1.0;
  bool higher_is_better = true;
  int decimals = 1;
  std::string rule{};  ///< one or two sentences: what counts, thresholds, strict or inclusive
  /// Where the column cuts, by Measure::id, natural units: the line in histograms. Empty when it does not.
  std::map<std::string, double> thresholds{};
  /// The best value where that is neither the highest nor the lowest (a coverage): values rank by their
  /// distance from it, natural units, and `higher_is_better` says nothing.
  std::optional<double> best_at{};
};

/// Whether value `a` of a column is better than `b`; natural units.
bool is_better(const MetricColumn& column, double a, double b);

/// A confidence interval of a value, in the value's own unit.
struct Interval {
  double low = 0.0;
  double high = 0.0;
  double level = 0.95;
};

/// A metric as a function of how often each image counts (one weight per EvaluationReport::images entry);
/// all ones give the reported value. Nothing when it is not defined for these weights. Safe to call from
/// several threads at once. This is what the bootstrap and the paired test resample.
using Estimator = std::function<std::optional<double>(std::span<const std::uint32_t> image_weights)>;

/// Says that a cell is the plain mean of its column's cells in `rows` (indices in EvaluationReport::rows);
/// rows without a value count as `absent`, or are left out when that is nothing.
struct MeanOf {
  std::vector<std::size_t> rows;
  std::optional<double> absent;
  bool needs_all =
      false;  ///< a row without a value leaves no mean at all, as NaN does; `absent` is then unused
};

/// One number of a report.
struct MetricCell {
  std::optional<double> value;  ///< never NaN
  std::string reason;           ///< why there is no value, or what to know about it; one sentence
  std::optional<Interval> interval;
  Estimator estimator;  ///< empty when the value cannot be resampled
  /// Set on mean cells: the bootstrap then takes the rows' values instead of calling `estimator`, which must
  /// give the same. `mean_cell` fills both.
  std::optional<MeanOf> mean_of;
};

/// A category, or the mean over categories (the last row, `is_mean`).
struct MetricRow {
  std::string name;
  bool is_mean = false;
  std::size_t truths = 0;         ///< ground-truth objects that the row counts
  std::size_t predictions = 0;    ///< predictions that the row counts
  std::vector<MetricCell> cells;  ///< one per column
};

/// What a metric decided about a sample.
enum class Outcome : std::uint8_t {
  kNone,     ///< the column does not judge single samples
  kCorrect,  ///< counted as right
  kWrong,    ///< counted as wrong: missed, or matched beyond the threshold, or a false detection
  kIgnored,  ///< left out of both numerator and denominator by the protocol
};

/// Something measured on each sample, for histograms, sorting and the explainer.
struct Measure {
  std::string id;     ///< "rotation_deg"
  std::string title;  ///< "rotation error"
  std::string unit;   ///< "°"
  double factor = 1.0;
  bool higher_is_better = false;
};

/// One judged object: a ground truth with or without its prediction, or a prediction without ground truth.
struct EvaluatedSample {
  std::uint32_t image = 0;       ///< index in EvaluationReport::images
  std::uint32_t row = 0;         ///< index of its category in EvaluationReport::rows
  int instance = -1;             ///< Instance::index of the ground truth, -1 for a prediction alone
  std::int64_t truth = -1;       ///< row in the ground truth's PoseSet, -1 = none
  std::int64_t prediction = -1;  ///< row in the predictions' PoseSet, -1 = none
  double score = 0.0;            ///< of the prediction
  std::vector<std::optional<double>> measures;  ///< natural units, one per report measure
  std::vector<Outcome> outcomes;                ///< one per report column
};

/// A value over a threshold, one line per row: AP over degrees, recall over the diameter.
struct Curve {
  std::string id;         ///< "ap_over_rotation"
  std::string title;      ///< "AP over rotation error, translation within 5 cm"
  std::string x_title;    ///< "rotation threshold (°)", already in display unit
  std::string y_title;    ///< "AP (%)"
  std::vector<double> x;  ///< display unit
  /// [row][i], shares 0..1, in the order of the report's rows; empty for a row without values.
  std::vector<std::vector<double>> y;
};

/// Why a sample counted as it did, in words.
struct Explanation {
  std::string rule;                ///< the metric's rule
  std::vector<std::string> steps;  ///< the decisions in their order, with numbers
  std::string verdict;             ///< one sentence
};

/// What a protocol gives: the one object that the command line prints and the window shows. Immutable once
/// made; shared as shared_ptr<const>.
struct EvaluationReport {
  std::string protocol;  ///< Protocol::id
  std::string title;     ///< Protocol::title
  std::string name;      ///< of the run: "demo · exp 1–15"
  std::vector<MetricColumn> columns;
  std::vector<MetricRow> rows;  ///< categories, then the mean
  std::vector<Measure> measures;
  std::vector<EvaluatedSample> samples;  ///< ordered by image, then truth, then prediction
  std::vector<std::string> images;       ///< names of all images, also of those without objects
  std::vector<Curve> curves;
  std::vector<std::string> notes;  ///< what a reader must know: absent categories, ties, repaired rows
  std::string allowed_problems;  ///< what the ground truth lacks where that was let pass; also the first note
  Provenance provenance;
  std::function<Explanation(std::size_t sample, std::size_t column)> explain;

  /// Index of a column by id, or nothing.
  std::optional<std::size_t> column(const std::string& id) const;
};

/// Samples behind a cell: those of the row's category that the column judges (all categories for the
/// mean), in report order. Ignored samples are among them.
std::vector<std::size_t> samples_behind(const EvaluationReport& report, std::size_t row, std::size_t column);

/// The plain mean over rows as an estimator: rows without a value count as the protocol says (`absent`:
/// nothing = leave the row out, a number = count as that). An empty row estimator is a row without a value.
/// Nothing when no row counts. Helper for the protocols' mean rows; `mean_cell` is the shorter way.
Estimator mean_estimator(std::vector<Estimator> rows, std::optional<double> absent);

/// The whole cell of a mean row over `rows` (the report's first rows, in their order): value, estimator and
/// `mean_of`. A row that has a value but no estimator makes the mean one without estimator.
MetricCell mean_cell(std::span<const MetricRow> rows, std::size_t column, std::optional<double> absent);

/// The row "mean" over `rows` with their counts; its cells are for the caller to add.
MetricRow mean_row(std::span<const MetricRow> rows);

}  // namespace alidade
