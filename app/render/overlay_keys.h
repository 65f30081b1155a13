// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/render/strict_object.h"
#include "views/base/pose_overlay.h"

namespace alidade {

/// The keys of a view that say what is drawn of poses.
OverlayLayers overlay_keys(StrictObject& view);

}  // namespace alidade
