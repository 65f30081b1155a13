// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/evaluation/protocol.h"
#include "core/evaluation/statistics.h"
#include "core/results/pose_result.h"

namespace alidade {

/// Ground truth from the dataset (annotations of the frames the result covers), predictions from the
/// result. Meshes are read when the dataset has them. What the window and `alidade evaluate --result` both
/// use.
Expected<std::shared_ptr<const EvaluationInput>> evaluation_input(const Dataset& dataset,
                                                                  const PoseResult& result,
                                                                  const JobContext& job);

/// Ground truth and predictions from two exchange files (docs/formats.md, "Ground truth and predictions").
Expected<std::shared_ptr<const EvaluationInput>> read_exchange(const std::filesystem::path& ground_truth,
                                                               const std::filesystem::path& predictions,
                                                               const std::vector<std::string>& categories);

/// `evaluate` followed by the bootstrap: the report both the command line prints and the window shows.
/// `replicates` 0 = no intervals.
Expected<std::shared_ptr<const EvaluationReport>> evaluate_with_intervals(
    const Protocol& protocol, std::shared_ptr<const EvaluationInput> input, const BootstrapOptions& bootstrap,
    const JobContext& job);

/// Bootstrap of the window and of the command line when nothing else is asked.
BootstrapOptions default_bootstrap();

}  // namespace alidade
