// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/table.h"
#include "core/data/dataset.h"
#include "core/results/pose_result.h"

namespace alidade {

/// Errors of an estimate against its instance. Rotation raw and reduced by the instance's symmetry,
/// translation between the box centers, exact IoU with the symmetric sweep.
PoseError pose_error(const Rigid3& estimate_cam_from_obj, const Eigen::Vector3d& estimate_size,
                     const Instance& truth);

/// One row of the accuracy table; shares are 0..1. Thresholds are inclusive, as NOCS has them.
struct AccuracyRow {
  std::string category;  ///< "all" for the last row: the mean over categories
  std::size_t count = 0;
  double acc_5deg_2cm = 0.0, acc_5deg_5cm = 0.0, acc_10deg_2cm = 0.0, acc_10deg_5cm = 0.0;
  double iou_50 = 0.0, iou_75 = 0.0;
  double median_rotation = 0.0;     ///< radians, reduced
  double median_translation = 0.0;  ///< metres
};

/// Per category in order of first appearance, then "all" (plain mean of the categories' shares; medians
/// over all instances). Skipped objects do not count; say their number beside it. Empty for no estimates.
std::vector<AccuracyRow> accuracy_table(const PoseResult& result);

/// The table as the command line prints it and the window shows it (percent, degrees, centimetres).
Table to_table(const std::vector<AccuracyRow>& rows);

}  // namespace alidade
