// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/geometry/rigid.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// How the nominal regions of a set of samples are made. With samples and truth from one distribution that is
/// what the rule says it is, the truth lies inside the region of level p with probability p, however many
/// samples there are.
enum class RegionRule {
  /// Around each mode (`pose_hills`) the ellipsoid in which a new draw of that mode's normal distribution
  /// lies with probability p; the region is all of them, so that the truth answers to the mode nearest to it
  /// in Mahalanobis distance. Mean and covariance are estimates from n samples: the bound is Hotelling's
  /// T^2 <= (n + 1) (n - 1) d / (n (n - d)) F_p(d, n - d), which tends to the chi-square quantile. Modes of
  /// fewer than 3 d samples take the covariance pooled over all modes. The halves are those of the mode that
  /// the whole pose answers to.
  kModes,
  /// The same for the mode with most samples alone.
  kHeaviest,
  /// Highest density, without any normal distribution: samples and truth are ranked by how densely the others
  /// lie about them (full conformal prediction: exact for any distribution). The density's kernel is a
  /// Gaussian of half the lower quartile of all distances.
  kDensity,
};

/// The level of the smallest region that holds the truth. Ranks come in steps, which count in part so that a
/// region of level p is right with probability p exactly: `low` = `high` for ellipsoids.
struct RegionLevel {
  double low = 1.0, high = 1.0;  ///< 0..1

  /// How much of the truth lies inside the region of level p: 0, 1, or a part on the edge.
  double inside(double p) const;
  double middle() const { return 0.5 * (low + high); }
};

/// Levels for the whole pose and for each half alone. A half that nothing can be said of (the rotation of a
/// sphere) has none.
struct PoseLevels {
  RegionLevel pose;
  std::optional<RegionLevel> rotation;
  RegionLevel translation;
  /// Of ellipsoids: how many modes there are, and root mean square rotation (radians) and distance (metres)
  /// from the mean of the sample's own mode.
  std::size_t modes = 0;
  double rotation_spread = 0.0, translation_spread = 0.0;
};

/// Fewer samples have no regions.
inline constexpr std::size_t kLeastRegionSamples = 10;

/// Where the truth lies in the regions of the samples under the object's symmetry: all poses count as their
/// equivalent nearest to a mode (kDensity: distances are the smallest over the group), turns about a
/// continuous axis do not count (d is 5, and 3 for a sphere), and the place is that of the symmetry's
/// center. At least kLeastRegionSamples samples; kDensity takes at most 300, evenly picked.
PoseLevels pose_levels(std::span<const Rigid3> samples, const Rigid3& truth, const SymmetryGroup& symmetry,
                       RegionRule rule);

}  // namespace alidade
