// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "core/base/expected.h"
#include "core/data/mesh.h"

namespace alidade {

/// Reads Wavefront OBJ: positions and faces (polygons of up to 255 corners become fans, negative indices
/// count from the end); everything else is skipped. `metres_per_unit` scales positions.
Expected<Mesh> parse_obj(std::string_view text, const std::string& name, double metres_per_unit);

}  // namespace alidade
