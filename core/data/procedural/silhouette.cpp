// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/silhouette.h"

#include <algorithm>
#include <cmath>

#include "core/geometry/box.h"

namespace alidade {

ImageU8 mask_of(const Rasterizer& drawn, int item) {
  ImageU8 mask(drawn.camera().width, drawn.camera().height, 1);
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      *mask.pixel(x, y) = drawn.fragment(x, y).item == item ? 255 : 0;
    }
  }
  return mask;
}

Silhouette silhouette(const PinholeCamera& camera, const RasterItem& item, const Eigen::Vector3d& size,
                      bool with_mask) {
  double u0 = 2.0 * camera.width, v0 = 2.0 * camera.height, u1 = -camera.width, v1 = -camera.height;
  for (const auto& corner : box_corners({item.cam_from_mesh, size})) {
    const auto pixel = camera.project(corner);
    const Eigen::Vector2d p = pixel.value_or(Eigen::Vector2d(camera.cx, camera.cy));
    u0 = std::min(u0, p.x()), u1 = std::max(u1, p.x()), v0 = std::min(v0, p.y()), v1 = std::max(v1, p.y());
  }
  const int left =
      static_cast<int>(std::clamp(std::floor(u0), -1.0 * camera.width, 2.0 * camera.width - 1.0));
  const int top =
      static_cast<int>(std::clamp(std::floor(v0), -1.0 * camera.height, 2.0 * camera.height - 1.0));
  const int right = static_cast<int>(std::clamp(std::ceil(u1), left + 0.0, 2.0 * camera.width - 1.0));
  const int bottom = static_cast<int>(std::clamp(std::ceil(v1), top + 0.0, 2.0 * camera.height - 1.0));
  Rasterizer alone(
      {right - left + 1, bottom - top + 1, camera.fx, camera.fy, camera.cx - left, camera.cy - top});
  alone.draw({&item, 1});
  Silhouette result;
  if (with_mask) {
    result.mask = ImageU8(camera.width, camera.height, 1);
  }
  for (int y = top; y <= bottom; ++y) {
    for (int x = left; x <= right; ++x) {
      if (alone.depth(x - left, y - top) <= 0.0F) {
        continue;
      }
      ++result.pixels;
      if (with_mask && x >= 0 && y >= 0 && x < camera.width && y < camera.height) {
        *result.mask.pixel(x, y) = 255;
      }
    }
  }
  return result;
}

std::array<std::uint8_t, 3> nocs_color(const Eigen::Vector3d& point_obj, const Eigen::Vector3d& size) {
  const Eigen::Vector3d nocs = point_obj / size.norm() + Eigen::Vector3d::Constant(0.5);
  std::array<std::uint8_t, 3> color{};
  for (int c = 0; c < 3; ++c) {
    color[c] = static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(nocs[c], 0.0, 1.0)));
  }
  return color;
}

}  // namespace alidade
