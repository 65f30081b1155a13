// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "core/evaluation/indoor/indoor_matching.h"
#include "core/evaluation/pose_set.h"
#include "core/evaluation/report/report.h"

namespace alidade {

/// Overlap thresholds of the indoor benchmarks.
constexpr double kIndoorThresholds[] = {0.25, 0.5};

/// Everything compared, once. Objects stand in the order of the input's rows.
struct IndoorEvaluation {
  std::shared_ptr<const EvaluationInput> input;
  std::vector<IndoorObject> truths;
  std::vector<IndoorObject> detections;
  std::vector<IndoorClass> classes;  ///< by category
};

/// Tables, samples, curves and explanations.
EvaluationReport indoor_report(std::shared_ptr<const IndoorEvaluation> evaluation);

/// Why a sample counted as it did.
Explanation indoor_explanation(const IndoorEvaluation& evaluation, const EvaluatedSample& sample,
                               const MetricColumn& column, double threshold);

}  // namespace alidade
