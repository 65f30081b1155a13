// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/evaluation/report/report.h"
#include "core/evaluation/statistics/average_precision.h"
#include "core/geometry/box.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// Turns per continuous symmetry axis in the published script (cutoop).
constexpr int kOmni6dSteps = 100;

/// The estimate's rotation R_B S whose element S of the symmetry brings it nearest to the truth R_A;
/// continuous axes in `kOmni6dSteps` equal turns, with each finite element. `any` gives R_A. The first of
/// equals wins.
Eigen::Matrix3d omni6d_calibrated(const Eigen::Matrix3d& truth, const Eigen::Matrix3d& estimate,
                                  const SymmetryGroup& symmetry);

/// What Omni6DPose measures on a pair; radians and metres.
struct Omni6dCriterion {
  double iou_raw = 0.0;           ///< exact IoU of the boxes as they are
  double iou_calibrated = 0.0;    ///< with the calibrated rotation
  double angle_raw = 0.0;         ///< between the rotations as they are
  double angle_enumerated = 0.0;  ///< after calibration: what the script reports, up to 1.8 degrees too large
  double angle_analytic = 0.0;    ///< over the whole group: `use_precise_rot_error`
  double shift = 0.0;             ///< between the boxes' centers
};

/// Both boxes in the camera frame, sizes in metres (with any scale multiplied in); `symmetry` is the truth's.
Omni6dCriterion omni6d_criterion(const OrientedBox& truth, const OrientedBox& estimate,
                                 const SymmetryGroup& symmetry);

/// The errors that a protocol counts, in the units of its thresholds.
struct Omni6dErrors {
  double iou = 0.0;
  double degrees = 0.0;
  double centimetres = 0.0;
};

/// The middles of the intervals of [first, last) as the script's `arange` makes them: what areas are taken
/// over. `step` as given, the number of intervals rounded up.
class Omni6dGrid {
 public:
  Omni6dGrid(double first, double last, double step);

  const std::vector<double>& samples() const { return samples_; }
  /// Share of thresholds above an error, strictly: the area that one sample of this error gives.
  double share_above(double error) const;
  /// Share of thresholds below a quality, strictly.
  double share_below(double quality) const;

 private:
  std::vector<double> samples_;
};

/// One number of the protocol: on the samples of a class it is the mean of `score`, or the average precision
/// of `correct`.
struct Omni6dColumn {
  enum class Kind : std::uint8_t { kMean, kAccuracy, kArea, kPrecision };

  MetricColumn info;
  Kind kind = Kind::kMean;
  bool uses_iou = false;
  std::function<double(const Omni6dErrors&)> score;  ///< natural unit; empty for kPrecision
  /// Whether the sample passes the threshold; for areas, whether it passes the loosest one. Empty for kMean.
  std::function<bool(const Omni6dErrors&)> correct;
};

/// All columns in the order of the table: VUS, pose accuracy, areas, IoU accuracy, means and, `with_scores`,
/// average precision.
std::vector<Omni6dColumn> omni6d_columns(bool with_scores);

/// A detection of one class for the average precision.
struct Omni6dDetection {
  std::uint32_t image = 0;
  double score = 0.0;
  bool correct = false;
};

/// Detections in falling score order; correct ones first among equals, as the script sorts.
std::vector<RankedDetection> omni6d_ranking(std::vector<Omni6dDetection> detections);

}  // namespace alidade
