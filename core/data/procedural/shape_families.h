// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/random.h"
#include "core/data/procedural/shapes.h"

namespace alidade {

// One builder per family; they fill the mesh, the size and what differs from the defaults.
ShapeInstance make_bottle(Random& random);
ShapeInstance make_bowl(Random& random);
ShapeInstance make_camera(Random& random);
ShapeInstance make_can(Random& random);
ShapeInstance make_laptop(Random& random);
ShapeInstance make_mug(Random& random);

ShapeInstance make_box(Random& random);
ShapeInstance make_cup(Random& random);
ShapeInstance make_cutlery(Random& random);
ShapeInstance make_glass(Random& random);
ShapeInstance make_remote(Random& random);
ShapeInstance make_shoe(Random& random);
ShapeInstance make_teapot(Random& random);
ShapeInstance make_tube(Random& random);

}  // namespace alidade
