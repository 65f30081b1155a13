// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QPolygonF>

#include "core/data/image.h"

namespace alidade {

/// Closed outlines of the pixels above 127, holes too, in image coordinates (pixel (u, v) covers [u, u+1] x
/// [v, v+1]). They run through the middles of the pixel edges, so that slanted borders are straight lines.
std::vector<QPolygonF> maskContours(const ImageU8& mask);

}  // namespace alidade
