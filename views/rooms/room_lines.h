// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>
#include <vector>

#include <Eigen/Core>

#include "core/geometry/box_upright.h"

namespace alidade {

/// Straight lines in the room, metres.
using RoomLines = std::vector<std::pair<Eigen::Vector3d, Eigen::Vector3d>>;

/// The twelve edges.
RoomLines boxEdges(const UprightBox& box);
/// The lines cut into dashes of 10 cm, 8 cm apart; each begins and ends with a dash.
RoomLines dashedEdges(const RoomLines& lines);
/// The middle of the top, where a label stands.
Eigen::Vector3d labelPlace(const UprightBox& box);

}  // namespace alidade
