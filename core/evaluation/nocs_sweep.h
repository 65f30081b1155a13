// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include "core/evaluation/nocs_matching.h"

namespace alidade {

/// Thresholds of a sweep, each list rising; at most 65535 of each.
struct NocsGrid {
  std::vector<double> overlaps;
  std::vector<double> degrees;
  std::vector<double> centimetres;
};

/// The published full grid: overlaps i/100 for i = 0..100; degrees 0..60, then 360; centimetres 0, 0.5..10,
/// then 100.
NocsGrid full_nocs_grid();

/// AP at every threshold of a grid, for each class and their plain mean (index `classes`). NaN where the
/// references divide 0 by 0: detections of a class without ground truth.
class NocsCurves {
 public:
  NocsCurves(NocsGrid grid, std::size_t classes);

  const NocsGrid& grid() const { return grid_; }
  std::size_t classes() const { return classes_; }
  double overlap_ap(std::size_t row, std::size_t overlap) const {
    return overlap_ap_[row * grid_.overlaps.size() + overlap];
  }
  double pose_ap(std::size_t row, std::size_t degrees, std::size_t centimetres) const {
    return pose_ap_[(row * grid_.degrees.size() + degrees) * grid_.centimetres.size() + centimetres];
  }

  void set_overlap_row(std::size_t row, const std::vector<double>& ap);
  void set_pose_row(std::size_t row, const std::vector<double>& ap);
  /// Fills the last row with the plain mean over the classes, NaN included.
  void finish();

 private:
  NocsGrid grid_;
  std::size_t classes_;
  std::vector<double> overlap_ap_;
  std::vector<double> pose_ap_;
};

/// AP over all thresholds of the grid. The match sets of a group follow from its sorted errors: they change
/// only where a threshold passes an error of one of its pairs. Cancelled is the only error.
Expected<NocsCurves> nocs_curves(const NocsCandidates& all, const NocsGrid& grid, const JobContext& job);

}  // namespace alidade
