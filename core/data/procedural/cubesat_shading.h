// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/data/image.h"
#include "core/data/procedural/cubesat_scene.h"

namespace alidade {

/// The color image of a scene, RGB, 8 bit: the sun with a hard self-shadow, a little ambient light and what
/// the Earth throws back; then exposure, stray light and sensor noise. The values are square roots of light.
/// Four samples per pixel on bodies. `diameter` is that of the satellite, `noise` a factor on the sensor's.
ImageU8 shade_cubesat(const CubesatScene& scene, double diameter, double noise);

}  // namespace alidade
