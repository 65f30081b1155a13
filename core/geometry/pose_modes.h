// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <vector>

#include "core/geometry/rigid.h"

namespace alidade {

/// The kernel of the mode search: a Gaussian in the geodesic angle and in the distance.
struct ModeBandwidth {
  double rotation = 0.17;     ///< radians; about 10 degrees
  double translation = 0.02;  ///< metres
};

/// A place where poses gather.
struct PoseMode {
  Rigid3 pose;           ///< top of the hill: mean shift's fixed point
  double density = 0.0;  ///< mean kernel value there, 0..1: 1 = all poses are in this very place
  double share = 0.0;    ///< of the poses that belong to it
};

/// The modes of a set of poses by mean shift on SE(3) (Comaniciu and Meer 2002, with the chordal mean in
/// place of the arithmetic one), highest first. Each search starts at the densest pose that belongs to no
/// mode yet; poses within two bandwidths of a top belong to it. Unlike a mean, a mode never lies between two
/// groups. Empty for no poses; at most `most` modes.
std::vector<PoseMode> pose_modes(std::span<const Rigid3> poses, const ModeBandwidth& bandwidth,
                                 std::size_t most = 64);

/// The highest mode; identity for no poses.
Rigid3 highest_mode(std::span<const Rigid3> poses, const ModeBandwidth& bandwidth);

}  // namespace alidade
