// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

namespace alidade {

/// Whether this process may read the file, or list the folder and go into it; true where that is not known.
bool may_read(const std::filesystem::path& path);

}  // namespace alidade
