// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/evaluation/nocs/nocs_sweep.h"
#include "core/evaluation/report/report.h"
#include "core/evaluation/statistics/average_precision.h"

namespace alidade {

/// One protocol of the family.
struct NocsVariant {
  std::string id, title, summary;
  NocsRule rule;
  NocsMeasure measure = NocsMeasure::kAp;
  bool overlap_columns = true;
  bool pose_columns = true;
};

/// A column with its thresholds in the protocol's units.
struct NocsColumn {
  MetricColumn column;
  bool pose = false;
  double overlap = 0.0;  ///< the overlap has to exceed it
  double degrees = 0.0;  ///< both errors have to be at most these
  double centimetres = 0.0;
};

std::vector<NocsColumn> nocs_columns(const NocsVariant& variant);

/// What a column matched: indices into NocsCandidates::truths and ::estimates, -1 = none.
struct NocsColumnMatches {
  std::vector<std::int32_t> truth_of;     ///< per estimate
  std::vector<std::int32_t> estimate_of;  ///< per truth; empty when no samples are judged
};

/// All that a report is made of, and what it asks again when it explains.
struct NocsResult {
  std::shared_ptr<const EvaluationInput> input;
  NocsVariant variant;
  NocsCandidates all;
  std::vector<NocsColumn> columns;
  std::vector<NocsColumnMatches> matches;  ///< per column
  NocsColumnMatches paired;                ///< matched above kNocsFilter, whatever the columns say
  std::vector<char> estimate_survives;     ///< enters the pose columns
  std::vector<char> truth_survives;

  const PoseRow& estimate(std::size_t i) const { return input->predictions.rows[all.estimates[i]]; }
  const PoseRow& truth(std::size_t i) const { return input->truth.rows[all.truths[i]]; }
};

/// Compares and matches. Cancelled is the only error.
Expected<NocsResult> nocs_result(std::shared_ptr<const EvaluationInput> input, const NocsVariant& variant,
                                 const JobContext& job);

/// A class's detections in one column, ready to be weighed.
struct NocsList {
  std::vector<RankedDetection> ranked;
  std::vector<double> scores;  ///< of `ranked`
  std::shared_ptr<const std::vector<std::uint32_t>> truths_per_image;
  std::size_t truths = 0;
  NocsMeasure measure = NocsMeasure::kAp;

  /// As the references: AP is 0 without any detection and nothing (NaN there) with detections but no ground
  /// truth; accuracy is nothing without detections.
  std::optional<double> value(std::span<const std::uint32_t> image_weights = {}) const;
};

/// One list per column.
std::vector<NocsList> nocs_lists(const NocsResult& result, std::size_t category);

/// How equal scores could move a value: AP with the correct (high) or the false (low) detections first among
/// equals, the matches as they are.
struct NocsTies {
  std::size_t tied = 0;  ///< detections that share their score with another one
  double low = 0.0;
  double high = 0.0;
};
NocsTies nocs_ties(const NocsList& list);

/// The samples and the measures behind them.
std::vector<Measure> nocs_measures(const NocsVariant& variant);
std::vector<EvaluatedSample> nocs_samples(const NocsResult& result);

/// In words why a sample counts as it does.
Explanation nocs_explanation(const NocsResult& result, const EvaluatedSample& sample, std::size_t column);

/// The report's curves out of a sweep over full_nocs_grid().
std::vector<Curve> nocs_lines(const NocsVariant& variant, const NocsCurves& sweep);

/// Everything together.
Expected<EvaluationReport> nocs_report(std::shared_ptr<const EvaluationInput> input,
                                       const NocsVariant& variant, const JobContext& job);

}  // namespace alidade
