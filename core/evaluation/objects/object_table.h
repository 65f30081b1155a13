// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/pose_set.h"
#include "core/evaluation/report/report.h"

namespace alidade {

/// A column whose cells summarize one number per object.
struct ObjectColumn {
  enum class Kind {
    kMean,          ///< over the objects that have the number
    kMedian,        ///< likewise; the mean of the two middle ones for an even count
    kShare,         ///< mean of numbers 0..1 over all objects; those at least 0.5 are right, others wrong
    kShareOfAsked,  ///< likewise, over the objects that have the number; the others are not judged
  };
  MetricColumn column;
  Kind kind = Kind::kMean;
};

/// A ground truth with what was measured on its prediction.
struct MeasuredObject {
  std::int64_t truth = -1;
  std::int64_t prediction = -1;                 ///< -1 = missed
  std::vector<std::optional<double>> values;    ///< one per column, natural units
  std::vector<std::optional<double>> measures;  ///< one per measure, natural units
};

/// Where a table differs from the usual.
struct ObjectTableRules {
  /// The last row is "all", over all objects alike, and rows count the predictions that answer to a ground
  /// truth; otherwise it is "mean", over the categories that have one, and rows count all predictions.
  bool pooled = false;
  std::string empty_reason{};  ///< of cells without any number; empty = the usual words
  /// Why an object counted as it did; empty = the usual words.
  std::function<Explanation(const MeasuredObject& object, std::size_t column)> explain{};
};

/// A report of numbers per object: categories as rows, then one over them. Missed objects count as 0 in
/// shares and are left out of means and medians. Every cell can be resampled over images. `samples`,
/// `explain` and `rows` are filled.
EvaluationReport object_report(std::shared_ptr<const EvaluationInput> input,
                               std::vector<ObjectColumn> columns, std::vector<Measure> measures,
                               std::vector<MeasuredObject> objects, ObjectTableRules rules = {});

/// Mean or median of `numbers` (value, weight), nothing when all weights are 0. The median is that of the
/// numbers repeated by their weights.
std::optional<double> weighted_summary(ObjectColumn::Kind kind,
                                       std::vector<std::pair<double, std::uint32_t>> numbers);

/// Values and measures of a ground truth and its prediction; the rest is filled in.
using MeasurePair = std::function<MeasuredObject(const PoseRow& truth, const PoseRow& prediction)>;

/// The report of what `measure` says of each ground truth with its prediction (`instance_pairs.h`, which must
/// have no obstacle); its notes say what pairing left over. Cancelled is the only error.
Expected<EvaluationReport> paired_report(std::shared_ptr<const EvaluationInput> input,
                                         std::vector<ObjectColumn> columns, std::vector<Measure> measures,
                                         const MeasurePair& measure, const JobContext& job,
                                         ObjectTableRules rules = {});

/// "5.2 cm": a measure in its display unit.
std::string measure_text(const Measure& measure, double natural);

}  // namespace alidade
