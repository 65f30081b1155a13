// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/base/provenance.h"
#include "core/data/dataset.h"
#include "core/evaluation/pose_set.h"
#include "core/evaluation/report/report.h"
#include "core/results/pose_result.h"

namespace alidade {

/// How far an estimate is from its ground truth; distances of vertices over the object's diameter.
struct SpacecraftPoseError {
  double add = 0.0;          ///< mean distance of equal vertices
  double adi_bop = 0.0;      ///< of the true vertices to the nearest estimated one (Hinterstoisser, BOP)
  double adi_mqat = 0.0;     ///< of the estimated vertices to the nearest true one (MQAT Eq. 4)
  double rotation = 0.0;     ///< radians, smallest over the object's symmetry
  double translation = 0.0;  ///< metres, between the origins
};

/// One annotated object. Without an error its pose is lost: nothing was estimated.
struct SpacecraftRecord {
  std::uint32_t image = 0;  ///< index in SpacecraftRecords::images
  int instance = 0;
  double depth = 0.0;  ///< of the object's origin, metres
  std::optional<SpacecraftPoseError> error;
};

/// What a run made of every annotated object of its images; also of images without any.
struct SpacecraftRecords {
  std::string name;
  std::vector<std::string> images;
  std::vector<SpacecraftRecord> records;  ///< in the order of the annotations
  Provenance provenance;
};

/// Errors of a run. Every vertex of a mesh counts, none is left out: a k-d tree finds the nearest ones
/// exactly. kInput naming an object without a mesh or a diameter, or why estimates cannot be paired with
/// annotations; kCancelled.
Expected<SpacecraftRecords> spacecraft_records(const Dataset& dataset, const PoseResult& result,
                                               const JobContext& job);
/// The same of what an evaluation takes, with its models.
Expected<SpacecraftRecords> spacecraft_records(const EvaluationInput& input, const JobContext& job);

/// Near lies below the first of these depths (metres), far from the second on.
struct DepthLimits {
  double medium = 0.0, far = 0.0;
};

/// Three ranges of equal width over the depths that occur, as WDR's evaluation has them (depth_bins). Runs on
/// the same images get the same.
DepthLimits depth_limits(const SpacecraftRecords& records);

/// Rows "all", "near", "medium" and "far". Columns: the shares of all objects, lost ones among them as wrong,
/// whose error lies strictly below 0.05, 0.1 and 0.5 diameters: "add_0.05d", "adi_bop_0.1d", "adi_mqat_0.5d";
/// "lost", the share of lost poses; of the poses that were found the medians and 95th percentiles
/// "rotation_median", "rotation_p95", "translation_median", "translation_p95", "add_p95" (interpolated
/// linearly, Hyndman and Fan's type 7; losing hard poses lowers them, so read them beside "lost"). Every cell
/// can be resampled over images: with_intervals fills the intervals, paired_test compares two runs on the
/// same images (core/evaluation/statistics/statistics.h).
EvaluationReport spacecraft_report(const SpacecraftRecords& records, const DepthLimits& limits);

/// A JSON object for the results of steps, numbers as they are; reads back to the same records.
nlohmann::ordered_json to_json(const SpacecraftRecords& records);
/// kInput, with `name`, for anything that to_json does not write.
Expected<SpacecraftRecords> spacecraft_records_from_json(const nlohmann::ordered_json& json,
                                                         const std::string& name);

}  // namespace alidade
