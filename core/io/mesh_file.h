// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include "core/base/expected.h"
#include "core/data/mesh.h"

namespace alidade {

/// Reads a `.ply` or `.obj` mesh of at most 2 GB; `metres_per_unit` is 0.001 for millimetres.
Expected<Mesh> read_mesh(const std::filesystem::path& path, double metres_per_unit);

}  // namespace alidade
