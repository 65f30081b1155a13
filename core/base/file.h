// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/base/expected.h"

namespace alidade {

// Reading. Only regular files are read: a pipe may never give a byte, a device may never end. kInput
// otherwise.

/// Whole file as bytes. Refuses, before allocating, files larger than `max_bytes`; a pointer of Git LFS or
/// git-annex in place of the file is named as such; kCancelled after a stop.
Expected<std::string> read_file(const std::filesystem::path& path, std::uintmax_t max_bytes,
                                const std::stop_token& stop = {});

/// The same piece by piece, for what need not be held whole.
Expected<void> read_pieces(const std::filesystem::path& path, std::uintmax_t max_bytes,
                           const std::stop_token& stop, const std::function<void(std::string_view)>& take);

/// Such a file as a stream.
Expected<std::ifstream> open_file(const std::filesystem::path& path, std::uintmax_t max_bytes);

// Writing. A reader, a crash and a full disk see the old file or the new one, never half: the bytes are
// written beside it, flushed to disk and renamed. What is replaced keeps its mode. Pipes and devices are
// never replaced.

/// What the symbolic links at `path` lead to in the end; it need not exist. kFailed when they lead in a
/// circle.
Expected<std::filesystem::path> behind_links(std::filesystem::path path);

/// A file that the user named. Creates missing parent folders. A symbolic link stays one: what it points at
/// is replaced. A pipe, a terminal, /dev/null, or what standard output goes to, is written to.
Expected<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// A file in a folder that a command fills. The folder must be there: one that vanished is not made again. A
/// symbolic link is replaced, never followed.
Expected<void> write_folder_file(const std::filesystem::path& path, std::string_view bytes);

/// Whether a file of this name is what a process that was killed in the middle of a write left behind
/// ("NAME.a1B2c3").
bool is_left_over(const std::filesystem::path& file);

/// Adds to the end of a regular file in such a folder, creating the file. On an Error a part may have been
/// written.
Expected<void> append_to_folder_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace alidade
