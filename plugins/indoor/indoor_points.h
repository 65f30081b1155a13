// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

#include "core/data/point_scene.h"
#include "plugins/indoor/indoor_infos.h"

namespace alidade {

/// The bytes of a point file (float32, row by row) as points and colors of `scene`: aligned, colors 0..1.
/// Points that are not finite or more than 1 km away are left out and counted in the scene's problems. An
/// Error when the bytes are no whole number of rows.
Expected<void> read_indoor_points(std::string_view bytes, const IndoorEntry& entry,
                                  const IndoorFormat& format, const std::string& file, PointScene& scene);

}  // namespace alidade
