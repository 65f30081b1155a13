// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/permission.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace alidade {

bool may_read(const std::filesystem::path& path) {
  std::error_code unknown;
  const int wanted = std::filesystem::is_directory(path, unknown) ? R_OK | X_OK : R_OK;
  return ::faccessat(AT_FDCWD, path.c_str(), wanted, AT_EACCESS) == 0 || errno != EACCES;
}

}  // namespace alidade
