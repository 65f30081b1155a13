// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace alidade {

// The only way to standard output and standard error: whatever names hold, no byte of theirs moves the
// cursor, changes a color or turns the direction of the line (layering.check_printing finds other ways).

/// As printf on standard output. The text may have several lines; a name in it is to be one line by
/// `visible_text`.
[[gnu::format(printf, 1, 2)]] void print(const char* format, ...);

/// The same on standard error.
[[gnu::format(printf, 1, 2)]] void print_error(const char* format, ...);

/// Text that is ready, of any length.
void print_text(std::string_view text);

}  // namespace alidade
