// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace alidade {

/// A number with a fixed count of decimals, '.' as decimal point whatever the locale, never "-0.0".
std::string fixed_text(double value, int decimals);

/// Columns that UTF-8 text takes in a terminal: combining marks 0, East Asian wide characters 2, others 1.
std::size_t display_width(std::string_view text);

/// Lines of cells as text with one line each: columns as wide as their widest cell and two blanks apart, the
/// first `left` ones to the left, the others to the right, no blanks at line ends; cells as `visible_text`.
std::string aligned_text(std::vector<std::vector<std::string>> lines, std::size_t left = 1);

}  // namespace alidade
