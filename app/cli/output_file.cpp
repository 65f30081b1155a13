// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/output_file.h"

#include <filesystem>
#include <system_error>

namespace alidade {

Expected<void> check_output_file(const std::string& path, bool force) {
  std::error_code failure;
  const auto type = std::filesystem::status(path, failure).type();
  switch (path.empty() ? std::filesystem::file_type::not_found : type) {
    case std::filesystem::file_type::directory:
      return usage_error(path + ": it is a folder; name a file.");
    case std::filesystem::file_type::block:
    case std::filesystem::file_type::socket:
      return usage_error(path + ": it is a device or socket that nothing is written to; name a file.");
    case std::filesystem::file_type::regular:
      return force ? Expected<void>()
                   : usage_error(path + ": the file exists; name another one or add --force.");
    default:
      return {};
  }
}

}  // namespace alidade
