// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

#include <Eigen/Core>

#include "core/data/image.h"
#include "core/data/rasterizer.h"

namespace alidade {

/// 255 where `item` is seen.
ImageU8 mask_of(const Rasterizer& drawn, int item);

/// The silhouette of one thing alone, also beyond the image (up to one image size to each side).
struct Silhouette {
  std::int64_t pixels = 0;
  ImageU8 mask;  ///< filled on request
};

/// `size` is the full box of the item's mesh, which is centered at the origin.
Silhouette silhouette(const PinholeCamera& camera, const RasterItem& item, const Eigen::Vector3d& size,
                      bool with_mask);

/// The color of a point of an object in its NOCS map: 255 (x / |size| + 0.5).
std::array<std::uint8_t, 3> nocs_color(const Eigen::Vector3d& point_obj, const Eigen::Vector3d& size);

}  // namespace alidade
