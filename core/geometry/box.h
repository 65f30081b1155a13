// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <utility>

#include <Eigen/Core>

#include "core/geometry/rigid.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// A box centered at the origin of its own frame; `size` holds full side lengths in metres.
struct OrientedBox {
  Rigid3 frame_from_box;
  Eigen::Vector3d size = Eigen::Vector3d::Zero();

  double volume() const { return size.prod(); }
};

/// The eight corners in the outer frame; bit 0, 1, 2 of the index chooses +x, +y, +z.
std::array<Eigen::Vector3d, 8> box_corners(const OrientedBox& box);

/// The twelve edges as pairs of corner indices.
const std::array<std::pair<int, int>, 12>& box_edges();

/// Exact volume of the intersection of two boxes; touching faces give 0.
double intersection_volume(const OrientedBox& a, const OrientedBox& b);

/// Exact intersection over union in [0, 1]; 0 when either box is empty.
double box_iou(const OrientedBox& a, const OrientedBox& b);

/// Largest IoU over the turns of box `b` about its own axes: finite elements exactly, `steps` turns per
/// continuous axis, 0 included (NOCS: 20 about y). Which box is turned matters when the axes of the two
/// differ; NOCS turns the prediction, so hand it over as `b`. For `any`, `b` takes the orientation of `a`.
double symmetric_box_iou(const OrientedBox& a, const OrientedBox& b, const SymmetryGroup& group,
                         int steps = 20);

}  // namespace alidade
