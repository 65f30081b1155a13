// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/data/image.h"
#include "core/data/point_scene.h"

namespace alidade {

inline constexpr int kScenePictureWidth = 480, kScenePictureHeight = 360;

/// The height below which `share` of the points lie (metres); 0 without points. Of at most 100,000 of them.
double height_of_share(const std::vector<float>& points, double share);

/// The room from above, y up, filling the picture but for a margin: the topmost point of each pixel, of
/// those that lie below the ceiling (the upper tenth of a room's height). Points without colors are shaded by
/// their height. Gray where there is nothing.
ImageU8 scene_picture(const PointScene& scene, int width, int height);

}  // namespace alidade
