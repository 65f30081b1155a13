// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

namespace alidade::mqat {

/// Whether the run in a folder is of this recipe text; what another one left is removed.
bool is_begun_run(const std::filesystem::path& run, const std::string& text);

}  // namespace alidade::mqat
