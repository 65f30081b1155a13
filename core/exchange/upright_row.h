// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/evaluation/pose_set.h"
#include "core/geometry/box_upright.h"

namespace alidade {

/// A box as the pose tables have it: turned about z, centered.
PoseRow row_of(const UprightBox& box);

/// The upright box of a row, its center where the row puts it; what turns it about x or y is lost
/// (`stands_upright`).
UprightBox upright_box_of_row(const PoseRow& row);

/// Whether z stays z, to what files of single precision keep.
bool stands_upright(const PoseRow& row);

}  // namespace alidade
