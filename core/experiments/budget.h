// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// How much longer a step takes while another one runs beside it, on average: the cores of a machine share
/// caches, memory and often arithmetic units.
inline constexpr double kSideBySideCost = 1.25;

/// Computing time of all workers together in `seconds` on the clock. Steps do not divide evenly among
/// workers: the last round may leave some of them without work.
double computing_seconds(double seconds, int workers);

/// A plan's time and how it is divided: measuring takes at most a share of it, the rest goes to what can be
/// done for as long as one likes (trainings).
struct TimeBudget {
  double seconds = 0.0;          ///< that the plan may take
  double reserve = 0.1;          ///< share of it that is kept
  double measuring_share = 0.3;  ///< of what is not kept

  double available() const { return (1.0 - reserve) * seconds; }
  /// The factor for the sizes of measurements that take `measuring` seconds: 1 when they fit.
  double shrink(double measuring) const;
  /// The share, 0..1, of `work` seconds that fits beside `measuring` seconds.
  double share(double measuring, double work) const;
};

/// `value` times `factor` rounded down, but neither below `fewest` nor above `value`.
int shrunk(int value, double factor, int fewest);

}  // namespace alidade
