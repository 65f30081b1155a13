// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>

#include <Eigen/Core>

#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// What core/geometry/pnp.cpp needs of OpenCV, as its module gives it. Apart from that of the images, whose
/// users would load calib3d and what hangs on it (features2d, flann) in vain. Points in the object frame,
/// pixels of the camera; false where OpenCV finds no pose. Neither throws.
struct PnpSolver {
  /// EPnP (Lepetit, Moreno-Noguer, Fua 2009) on four or more matches.
  bool (*efficient)(const PinholeCamera& camera, std::span<const Eigen::Vector3d> points,
                    std::span<const Eigen::Vector2d> pixels, Rigid3& cam_from_obj);
  /// Levenberg-Marquardt on the reprojection error, from the pose given.
  bool (*refine)(const PinholeCamera& camera, std::span<const Eigen::Vector3d> points,
                 std::span<const Eigen::Vector2d> pixels, Rigid3& cam_from_obj);
};

inline constexpr const char* kPnpModule = "alidade_pnp.so";
/// The module's only symbol, a ModuleEntry (core/base/program_module.h): gives its table.
inline constexpr const char* kPnpEntry = "alidade_pnp";

}  // namespace alidade
