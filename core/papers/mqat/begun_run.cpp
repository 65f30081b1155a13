// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/begun_run.h"

#include <system_error>

#include "core/base/file.h"

namespace alidade::mqat {

bool is_begun_run(const std::filesystem::path& run, const std::string& text) {
  const auto begun = read_file(run / "recipe.toml", text.size());
  std::error_code failure;
  if (begun && *begun == text) {
    return true;
  }
  std::filesystem::remove_all(run, failure);
  return false;
}

}  // namespace alidade::mqat
