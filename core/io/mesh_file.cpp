// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/mesh_file.h"

#include "core/base/file.h"
#include "core/io/obj.h"
#include "core/io/ply.h"

namespace alidade {

Expected<Mesh> read_mesh(const std::filesystem::path& path, double metres_per_unit) {
  const auto bytes = read_file(path, std::uintmax_t{2} << 30);
  if (!bytes) {
    return bytes.error();
  }
  const std::string extension = path.extension().string();
  if (extension == ".obj" || extension == ".OBJ") {
    return parse_obj(*bytes, path.string(), metres_per_unit);
  }
  return parse_ply(*bytes, path.string(), metres_per_unit);
}

}  // namespace alidade
