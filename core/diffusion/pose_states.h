// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/diffusion/mixture_field.h"
#include "core/geometry/rigid.h"
#include "core/geometry/rotation.h"

namespace alidade {

/// How nine numbers stand for a pose: six of a rotation, three of a translation about a point.
struct PoseStates {
  SixDOrder order = SixDOrder::kYX;
  double translation_scale = 10.0;                     ///< state units per metre
  Eigen::Vector3d centroid = Eigen::Vector3d::Zero();  ///< metres, camera frame

  std::array<double, 9> encode(const Rigid3& pose) const;
  /// Nine numbers, any finite ones, as a pose (Gram-Schmidt).
  Rigid3 decode(const double* state) const;
  /// A batch of states, 9 values each.
  std::vector<Rigid3> decode_all(std::span<const double> states) const;
};

/// A score field with known modes, for teaching, demonstrations and tests: a mixture of Gaussians in state
/// space, one about each pose. `rotation_std` is in state units of a rotation's six numbers (near a mode,
/// about radians), `translation_std` in metres. ErrorCode::kUsage for no modes or deviations that are not
/// positive.
Expected<MixtureField> pose_mixture(std::span<const Rigid3> modes, const PoseStates& states,
                                    double rotation_std, double translation_std, const VeSde& sde);

}  // namespace alidade
