// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/upright_row.h"

#include <cmath>

namespace alidade {
namespace {

constexpr double kUprightTolerance = 1e-4;

}  // namespace

PoseRow row_of(const UprightBox& box) {
  PoseRow row;
  const double c = std::cos(box.yaw), s = std::sin(box.yaw);
  row.cam_from_obj.R << c, -s, 0, s, c, 0, 0, 0, 1;
  row.cam_from_obj.t = box.center;
  row.size = box.size;
  return row;
}

UprightBox upright_box_of_row(const PoseRow& row) {
  const Eigen::Matrix3d& R = row.cam_from_obj.R;
  return {row.cam_from_obj * row.center_obj, row.size, std::atan2(R(1, 0), R(0, 0))};
}

bool stands_upright(const PoseRow& row) {
  const Eigen::Matrix3d& R = row.cam_from_obj.R;
  return std::hypot(R(0, 2), R(1, 2)) <= kUprightTolerance && R(2, 2) > 0.0;
}

}  // namespace alidade
