// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/data/dataset.h"
#include "plugins/bop/bop_scene.h"

namespace alidade::bop {

/// Reads the images of `entry` that `layers` asks for into `frame`, whose instances are set already: color,
/// depth in metres, NOCS map, visible masks, and the camera's width and height. What cannot be read stays
/// empty and is named in frame.problems; a depth that the poses contradict is named in frame.remarks.
void read_layers(const FrameEntry& entry, const FrameLayers& layers, Frame& frame);

}  // namespace alidade::bop
