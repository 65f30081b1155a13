// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

namespace alidade {

/// A box that stands upright: turned by `yaw` about z, counter-clockwise from +x. Metres, radians.
struct UprightBox {
  Eigen::Vector3d center = Eigen::Vector3d::Zero();  ///< of gravity
  Eigen::Vector3d size = Eigen::Vector3d::Zero();    ///< full sides dx, dy, dz
  double yaw = 0.0;
};

/// Exact area shared by the footprints, in the xy plane; sides count as at least 0.1 mm, as mmdetection3d has
/// it.
double footprint_overlap(const UprightBox& a, const UprightBox& b);

/// IoU in [0, 1] by mmdetection3d's rule: shared footprint times shared height over the joined volume.
double upright_box_iou(const UprightBox& a, const UprightBox& b);

}  // namespace alidade
