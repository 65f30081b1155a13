// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/data/image.h"
#include "core/data/procedural/tabletop_scene.h"

namespace alidade {

/// The color image of a scene: key light with soft shadow, sky light, contact shade, textured table; edges
/// are anti-aliased with four samples per pixel. RGB, 8 bit.
ImageU8 shade_tabletop(const TabletopScene& scene);

}  // namespace alidade
