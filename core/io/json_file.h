// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/json_text.h"

namespace alidade {

/// What `parse_json` makes of a file of at most `max_bytes`.
Expected<nlohmann::json> read_json(const std::filesystem::path& path, std::uintmax_t max_bytes);

}  // namespace alidade
