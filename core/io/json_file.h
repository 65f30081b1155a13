// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"

namespace alidade {

/// Parses JSON strictly: one value and nothing behind it, no key twice in an object, numbers finite, at most
/// 64 levels deep. The message names line and column; `name` is the file it speaks of.
Expected<nlohmann::json> parse_json(std::string_view text, const std::string& name);

/// The same from a file of at most `max_bytes`.
Expected<nlohmann::json> read_json(const std::filesystem::path& path, std::uintmax_t max_bytes);

}  // namespace alidade
