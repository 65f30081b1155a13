// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/base/expected.h"
#include "core/io/npy.h"

namespace alidade {

/// Arrays of a `.npz` file by name (without ".npy"). kCancelled after a stop (core/base/stop_scope.h).
Expected<std::map<std::string, NpyArray>> read_npz(const std::filesystem::path& path);

/// The same, each array with its own outcome: one that nobody asks for may be of a kind that is not read.
Expected<std::map<std::string, Expected<NpyArray>>> read_npz_each(const std::filesystem::path& path);

/// Arrays as numpy.load opens them; the same arrays give the same bytes.
Expected<std::string> npz_bytes(const std::map<std::string, NpyArray>& arrays);
/// Writes these; atomic.
Expected<void> write_npz(const std::filesystem::path& path, const std::map<std::string, NpyArray>& arrays);

}  // namespace alidade
