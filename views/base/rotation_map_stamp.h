// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "views/base/rotation_map.h"

namespace alidade {

/// Paints dots without outline as one picture of the map's size, blended pixel by pixel at quarter-pixel
/// places: ten thousand of them in a few milliseconds. For screens; `only` picks dots by number, null = all.
void stampDots(QPainter& painter, const MapPlacement& on, const RotationMap& map,
               const std::vector<MapDot>& dots, double radius, const std::vector<int>* only = nullptr);

}  // namespace alidade
