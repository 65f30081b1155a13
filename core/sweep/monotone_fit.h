// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace alidade {

/// The falling curve of least squares through points (isotonic regression, pool adjacent violators): what a
/// predicted loss is expected to leave of an accuracy, without a form that somebody assumed.
class FallingFit {
 public:
  /// Nothing for fewer than three finite points or fewer than two different places. Others are left out.
  static std::optional<FallingFit> through(std::span<const double> places, std::span<const double> values);

  /// Between the means of neighboring blocks on a straight line, beyond the last ones constant.
  double at(double place) const;
  /// Points that it was fitted to.
  std::size_t points() const { return points_; }
  /// Whether a place lies among those that it was fitted to.
  bool covers(double place) const { return place >= least_ && place <= most_; }

 private:
  std::vector<double> places_, values_;  ///< of the blocks, places rising
  std::size_t points_ = 0;
  double least_ = 0.0, most_ = 0.0;
};

}  // namespace alidade
