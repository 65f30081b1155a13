// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// What an archive may at most contain; a larger one is refused before anything is unpacked.
struct ZipLimits {
  std::size_t entries = 100000;
  std::uint64_t total_bytes = std::uint64_t{4} << 30;  ///< unpacked
  std::uint64_t ratio = 200;                           ///< unpacked : packed, above 1 MB
};

/// CRC-32 (IEEE 802.3) of bytes, which follow those whose CRC is `before`.
std::uint32_t crc32_of(std::string_view bytes, std::uint32_t before = 0);

/// Unpacks an archive, stored and deflated entries (the latter only in builds with zlib). Refuses encryption,
/// ZIP64, names that leave the archive, duplicate names, entries that overlap, bytes after the end record,
/// and any wrong CRC. `name` stands in the messages. kCancelled after a stop (core/base/stop_scope.h).
Expected<std::map<std::string, std::string>> parse_zip(std::string_view bytes, const std::string& name,
                                                       const ZipLimits& limits = {});

/// The names in an archive's directory, without reading the rest of it: enough to tell what it holds. An end
/// record of ZIP64 may stand beside the plain one.
Expected<std::vector<std::string>> zip_names(const std::filesystem::path& path, const ZipLimits& limits = {});

/// An archive of stored entries in the order of their names, with a fixed date: same entries, same bytes.
/// An Error when it would exceed 4 GB.
Expected<std::string> to_zip_bytes(const std::map<std::string, std::string>& entries);

}  // namespace alidade
