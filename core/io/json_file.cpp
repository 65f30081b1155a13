// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/json_file.h"

#include <nlohmann/json.hpp>

#include "core/base/file.h"

namespace alidade {

Expected<nlohmann::json> read_json(const std::filesystem::path& path, std::uintmax_t max_bytes) {
  const auto text = read_file(path, max_bytes);
  if (!text) {
    return text.error();
  }
  return parse_json(*text, path.string());
}

}  // namespace alidade
