// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace alidade {

/// A JSON text from an experiment's folder; the discarded value when it is malformed. Values below the 64th
/// level are left out, so that what is done with the rest needs no deep stack.
nlohmann::ordered_json parse_kept_json(std::string_view text);

}  // namespace alidade
