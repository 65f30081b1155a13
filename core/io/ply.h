// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/expected.h"
#include "core/data/mesh.h"

namespace alidade {

/// Reads PLY text or binary (both byte orders), elements in any order: positions, normals, colors and faces;
/// polygons of up to 255 corners become fans, everything else is skipped. Counts are checked against the
/// bytes that are there before memory is taken, indices against the vertex count. `metres_per_unit` scales
/// positions.
Expected<Mesh> parse_ply(std::string_view bytes, const std::string& name, double metres_per_unit);

/// The file that the header names as texture ("comment TextureFile ..."); empty when none or unreadable.
std::string ply_texture_file(const std::filesystem::path& path);

/// Binary little-endian PLY; positions are multiplied by `units_per_metre` (1000 = millimetres).
std::string to_ply_bytes(const Mesh& mesh, double units_per_metre);

}  // namespace alidade
