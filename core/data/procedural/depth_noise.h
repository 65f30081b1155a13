// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "core/data/image.h"
#include "core/data/rasterizer.h"

namespace alidade {

/// The depth of a drawn scene as a sensor would measure it: Gaussian noise of (1.2 mm z^2 + 0.4 mm) *
/// `factor` along the ray, and holes at grazing angles and depth edges (their share also times `factor`). 0 =
/// exact depth.
ImageF sense_depth(const Rasterizer& drawn, double factor, std::uint64_t seed);

/// The 16-bit values of a depth image (metres) in steps of `unit_mm` millimetres; out of range = 0.
ImageU16 quantize_depth(const ImageF& depth, double unit_mm);
/// What a reader makes of them: metres.
ImageF depth_from_units(const ImageU16& units, double unit_mm);

}  // namespace alidade
