// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/nn/score_model.h"

namespace alidade {

/// Accuracy of a network on the first `frames` frames (0 = all) as JSON text: the table of every standard
/// setting (regression head, K = 1 unguided, K = 1 guided, K = 50 mean unguided), with what was skipped.
Expected<std::string> measure_accuracy(const Dataset& dataset, ScoreModel& network, int frames,
                                       std::uint64_t seed, const JobContext& job);

/// One point of an accuracy curve as JSON text: category means (0..1) of 5°2cm, 10°2cm, 10°5cm on the first
/// `frames` frames for the regression head, K = 1 unguided and K = 1 guided.
Expected<std::string> measure_curve_point(const Dataset& dataset, ScoreModel& network, int frames,
                                          std::uint64_t seed, const JobContext& job);

/// {"5deg2cm": 0.52, "10deg2cm": .., "10deg5cm": ..}: shares of a row.
nlohmann::ordered_json accuracy_shares(const AccuracyRow& row);

}  // namespace alidade
