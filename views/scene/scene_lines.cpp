// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/scene_lines.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Geometry>

namespace alidade {
namespace {

constexpr double kCell = 0.1;      // metres
constexpr double kDeepest = 10.0;  // what lies beyond is background
constexpr std::size_t kMostDashes = 400;

bool measured(float z) {
  return z > 0.0F && z < kDeepest;
}

}  // namespace

Lines frustumLines(const PinholeCamera& camera, double depth) {
  Lines lines;
  if (!camera.valid() || camera.width <= 0 || camera.height <= 0) {
    return lines;
  }
  const double right = camera.width - 0.5;
  const double bottom = camera.height - 0.5;
  const std::array<Eigen::Vector3d, 4> corners{
      camera.unproject(-0.5, -0.5, depth), camera.unproject(right, -0.5, depth),
      camera.unproject(right, bottom, depth), camera.unproject(-0.5, bottom, depth)};
  for (std::size_t i = 0; i < 4; ++i) {
    lines.emplace_back(Eigen::Vector3d::Zero(), corners[i]);
    lines.emplace_back(corners[i], corners[(i + 1) % 4]);
  }
  // A notch marks the upper side of the image.
  const Eigen::Vector3d top = 0.5 * (corners[0] + corners[1]);
  const Eigen::Vector3d tip = top - 0.3 * (corners[3] - corners[0]);
  lines.emplace_back(0.75 * corners[0] + 0.25 * corners[1], tip);
  lines.emplace_back(tip, 0.25 * corners[0] + 0.75 * corners[1]);
  return lines;
}

Lines gridLines(const Floor& floor, int cells) {
  const Eigen::Vector3d level = Eigen::Vector3d::UnitZ() - floor.up_cam.z() * floor.up_cam;
  const Eigen::Vector3d ahead = level.norm() < 1e-3 ? floor.up_cam.unitOrthogonal() : level.normalized();
  const Eigen::Vector3d aside = ahead.cross(floor.up_cam);
  const double reach = cells * kCell;
  Lines lines;
  for (int i = -cells; i <= cells; ++i) {
    const double at = i * kCell;
    lines.emplace_back(floor.origin_cam + at * aside - reach * ahead,
                       floor.origin_cam + at * aside + reach * ahead);
    lines.emplace_back(floor.origin_cam + at * ahead - reach * aside,
                       floor.origin_cam + at * ahead + reach * aside);
  }
  return lines;
}

Lines dashed(const Lines& lines, double dash, double gap) {
  Lines dashes;
  for (const auto& [a, b] : lines) {
    const double length = (b - a).norm();
    if (!(length > 0.0) || !std::isfinite(length)) {
      continue;
    }
    const double period = std::max(dash + gap, length / kMostDashes);
    const double mark = period * dash / (dash + gap);
    const Eigen::Vector3d along = (b - a) / length;
    for (double at = 0.0; at < length; at += period) {
      dashes.emplace_back(a + at * along, a + std::min(length, at + mark) * along);
    }
  }
  return dashes;
}

void backProject(const Frame& frame, std::size_t limit, const std::array<unsigned char, 3>& plain,
                 PointCloud& cloud) {
  cloud.xyz.clear();
  cloud.rgb.clear();
  cloud.pixel.clear();
  const ImageF& depth = frame.depth;
  if (depth.empty() || !frame.camera.valid()) {
    return;
  }
  const auto total = static_cast<std::size_t>(std::count_if(depth.data.begin(), depth.data.end(), measured));
  // Whole rows and columns are left out, so that the cloud stays even.
  const int stride = std::max(
      1, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(total) / static_cast<double>(limit)))));
  cloud.stride = stride;
  const bool colored =
      frame.color.width == depth.width && frame.color.height == depth.height && frame.color.channels == 3;
  const float fx = static_cast<float>(1.0 / frame.camera.fx);
  const float fy = static_cast<float>(1.0 / frame.camera.fy);
  cloud.xyz.reserve(3 * (total / (static_cast<std::size_t>(stride) * stride) + depth.width));
  cloud.rgb.reserve(cloud.xyz.capacity());
  for (int v = stride / 2; v < depth.height; v += stride) {
    const float y = (static_cast<float>(v) - static_cast<float>(frame.camera.cy)) * fy;
    for (int u = stride / 2; u < depth.width; u += stride) {
      const float z = *depth.pixel(u, v);
      if (!measured(z)) {
        continue;
      }
      cloud.xyz.insert(cloud.xyz.end(),
                       {(static_cast<float>(u) - static_cast<float>(frame.camera.cx)) * fx * z, y * z, z});
      const unsigned char* rgb = colored ? frame.color.pixel(u, v) : plain.data();
      cloud.rgb.insert(cloud.rgb.end(), rgb, rgb + 3);
      cloud.pixel.push_back(static_cast<std::uint32_t>(v) * static_cast<std::uint32_t>(depth.width) +
                            static_cast<std::uint32_t>(u));
    }
  }
}

}  // namespace alidade
