// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "core/data/dataset.h"
#include "core/evaluation/report/report.h"
#include "core/session/selection.h"

namespace alidade {

/// Finds the frames of a dataset by the names that reports have for them.
class FrameNames {
 public:
  FrameNames() = default;
  explicit FrameNames(const Dataset& dataset);
  std::optional<std::size_t> find(const std::string& name) const;

 private:
  std::map<std::string, std::size_t> frames_;
};

/// What to select for a sample; nothing when its image is not in the dataset.
std::optional<Selection> selectionOf(const EvaluationReport& report, std::size_t sample,
                                     const FrameNames& frames);

/// The samples of a report by image name and instance, to find the same object in another report.
class SampleIndex {
 public:
  SampleIndex() = default;
  explicit SampleIndex(const EvaluationReport& report);
  /// The sample of the same ground truth, or nothing; detections without ground truth have no counterpart.
  std::optional<std::size_t> find(const EvaluationReport& other, std::size_t sample_of_other) const;

 private:
  std::map<std::pair<std::string, int>, std::size_t> samples_;
};

/// Those of `samples` that have the measure, worst first, at most `count`; ties keep the report's order.
std::vector<std::size_t> worstSamples(const EvaluationReport& report, const std::vector<std::size_t>& samples,
                                      std::size_t measure, std::size_t count);
/// Those that the column of `report` counts as `mine` and the same column of `other` as `theirs`.
std::vector<std::size_t> samplesWhere(const EvaluationReport& report, const std::vector<std::size_t>& samples,
                                      std::size_t column, Outcome mine, const EvaluationReport& other,
                                      Outcome theirs);
/// Ground truths that the column counts as wrong: without a prediction, or with one beyond the threshold.
std::vector<std::size_t> missedSamples(const EvaluationReport& report,
                                       const std::vector<std::size_t>& samples, std::size_t column);

/// "2.4°", "0.41 cm", "0.873"; "–" when the sample has no such number.
QString measureText(const Measure& measure, const std::optional<double>& value);
/// Decimals that suit the unit.
int measureDecimals(const Measure& measure);
/// "correct", "wrong", "missed", "false detection", "ignored", "–".
QString outcomeText(const EvaluatedSample& sample, std::size_t column);

}  // namespace alidade
