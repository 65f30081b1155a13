// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace alidade::fuzz {

/// Whether a text is one JSON value after RFC 8259, in UTF-8, no key twice in an object and at most 1000
/// levels deep. Shares no code with the program's own reader, whose judge it is.
bool is_json(std::string_view text);

}  // namespace alidade::fuzz
