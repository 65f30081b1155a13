// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <vector>

#include "core/evaluation/nocs/nocs_matching.h"

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

/// What is known of every threshold of a grid.
enum class NocsMeasure {
  kAp,        ///< NaN where the references divide 0 by 0: detections of a class without ground truth
  kAccuracy,  ///< SPD's: the share of detections that were matched; NaN without detections
};

/// AP and accuracy at every threshold of a grid, for each class and their plain mean (index `classes`).
class NocsCurves {
 public:
  NocsCurves(NocsGrid grid, std::size_t classes);

  const NocsGrid& grid() const { return grid_; }
  std::size_t classes() const { return classes_; }
  double overlap(NocsMeasure measure, std::size_t row, std::size_t overlap) const {
    return tables_[index(measure)][row * grid_.overlaps.size() + overlap];
  }
  double pose(NocsMeasure measure, std::size_t row, std::size_t degrees, std::size_t centimetres) const {
    const std::size_t line = row * grid_.degrees.size() + degrees;
    return tables_[2 + index(measure)][line * grid_.centimetres.size() + centimetres];
  }

  /// One value per overlap, or per degree and centimetre.
  void set_overlap_row(NocsMeasure measure, std::size_t row, const std::vector<double>& values);
  void set_pose_row(NocsMeasure measure, std::size_t row, const std::vector<double>& values);
  /// Fills the last row with the plain mean over the classes, NaN included.
  void finish();

 private:
  static std::size_t index(NocsMeasure measure) { return static_cast<std::size_t>(measure); }

  NocsGrid grid_;
  std::size_t classes_;
  std::array<std::vector<double>, 4> tables_;  ///< overlaps, then poses, by measure
};

/// Sweeps all thresholds of the grid. The match sets of a group follow from its sorted errors: they change
/// only where a threshold passes an error of one of its pairs. Cancelled is the only error.
Expected<NocsCurves> nocs_curves(const NocsCandidates& all, const NocsGrid& grid, const JobContext& job);

}  // namespace alidade
