// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/room_lines.h"

#include <algorithm>
#include <cmath>

#include "core/geometry/box.h"

namespace alidade {
namespace {

constexpr double kDash = 0.1, kGap = 0.08;  // metres
constexpr int kMostDashes = 200;            // of a line: boxes of kilometers are not drawn by the meter

}  // namespace

RoomLines boxEdges(const UprightBox& box) {
  OrientedBox oriented;
  const double c = std::cos(box.yaw), s = std::sin(box.yaw);
  oriented.frame_from_box.R << c, -s, 0, s, c, 0, 0, 0, 1;
  oriented.frame_from_box.t = box.center;
  oriented.size = box.size;
  const auto corners = box_corners(oriented);
  RoomLines lines;
  for (const auto& [a, b] : box_edges()) {
    lines.emplace_back(corners[static_cast<std::size_t>(a)], corners[static_cast<std::size_t>(b)]);
  }
  return lines;
}

RoomLines dashedEdges(const RoomLines& lines) {
  RoomLines cut;
  for (const auto& [a, b] : lines) {
    const double length = (b - a).norm();
    const int gaps =
        std::clamp(static_cast<int>(std::lround((length - kDash) / (kDash + kGap))), 0, kMostDashes);
    // As long as the line allows, so that corners are always drawn.
    const double dash = (length - gaps * std::min(kGap, length / (2.0 * gaps + 1.0))) / (gaps + 1.0);
    const double step = gaps > 0 ? (length - dash) / gaps : 0.0;
    const Eigen::Vector3d along = length > 0.0 ? Eigen::Vector3d((b - a) / length) : Eigen::Vector3d::Zero();
    for (int i = 0; i <= gaps; ++i) {
      cut.emplace_back(a + i * step * along, a + (i * step + dash) * along);
    }
  }
  return cut;
}

Eigen::Vector3d labelPlace(const UprightBox& box) {
  return box.center + Eigen::Vector3d(0.0, 0.0, 0.5 * box.size.z());
}

}  // namespace alidade
