// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/expected.h"

namespace alidade {

/// Whole file as bytes. Refuses, before allocating, files larger than `max_bytes`; a pointer of Git LFS or
/// git-annex in place of the file is named as such.
Expected<std::string> read_file(const std::filesystem::path& path, std::uintmax_t max_bytes);

/// Writes `bytes` beside `path`, flushes to disk, checks the size and renames: a reader (or a crash)
/// sees the old file or the new one, never half. Creates missing parent folders.
Expected<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace alidade
