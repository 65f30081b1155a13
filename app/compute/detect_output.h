// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/evaluation/report/report.h"
#include "core/results/detection_result.h"

namespace alidade {

/// What `alidade detect` prints.
struct DetectOutput {
  std::shared_ptr<const DetectionResult> result;
  std::string rules;                                 ///< "reference", "corrected"
  std::vector<std::string> misfits;                  ///< in what the set does not fit the checkpoint
  std::shared_ptr<const EvaluationReport> accuracy;  ///< null without ground truth
};

void print_detect_text(const DetectOutput& output);
void print_detect_json(const DetectOutput& output);

}  // namespace alidade
