// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/instance_pairs.h"
#include "core/evaluation/omni6d/omni6d_metrics.h"
#include "core/evaluation/pose_set.h"
#include "core/evaluation/report/report.h"

namespace alidade {

/// How a protocol treats symmetric objects.
enum class Omni6dSymmetry {
  kScript,    ///< rotations calibrated by enumeration; IoU and angle after calibration
  kAnalytic,  ///< angle over the whole group; IoU of the boxes as they are, which is what the API then uses
};

/// Everything measured, computed once.
struct Omni6dEvaluation {
  std::shared_ptr<const EvaluationInput> input;
  Omni6dSymmetry symmetry = Omni6dSymmetry::kScript;
  InstancePairs pairs;
  std::vector<Omni6dCriterion> criteria;  ///< per ground-truth row; of use where it has a prediction
  std::vector<Omni6dColumn> columns;
  bool has_sizes = true;   ///< otherwise there is no IoU
  bool has_scores = true;  ///< otherwise there is no average precision

  double iou(const Omni6dCriterion& criterion) const;    ///< that the protocol counts
  double angle(const Omni6dCriterion& criterion) const;  ///< that the protocol counts
  Omni6dErrors errors(std::size_t truth) const;
};

/// Pairs the rows and measures them. Cancelled is the only error.
Expected<Omni6dEvaluation> omni6d_evaluation(std::shared_ptr<const EvaluationInput> input,
                                             Omni6dSymmetry symmetry, const JobContext& job);

/// Tables, samples, curves and explanations.
EvaluationReport omni6d_report(std::shared_ptr<const Omni6dEvaluation> evaluation);

/// Why a sample counted as it did.
Explanation omni6d_explanation(const Omni6dEvaluation& evaluation, const EvaluatedSample& sample,
                               std::size_t column);

}  // namespace alidade
