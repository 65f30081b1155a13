// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/program_part.h"

namespace alidade {

std::filesystem::path find_program_part(const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code failure;
  const fs::path folder = fs::read_symlink("/proc/self/exe", failure).parent_path();
  for (const fs::path& place : {folder / name, folder.parent_path() / ALIDADE_LIBDIR / "alidade" / name}) {
    if (folder.is_absolute() && fs::is_regular_file(place, failure)) {
      return place;
    }
  }
  return {};
}

}  // namespace alidade
