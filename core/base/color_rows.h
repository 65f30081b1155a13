// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// The colors of a map from its low end to its high one: red, green, blue in sRGB.
using ColorRows = std::vector<std::array<std::uint8_t, 3>>;

inline constexpr std::size_t kFewestColorRows = 2, kMostColorRows = 4096;

/// Rows of three numbers with commas, semicolons or blanks between them: from 0 to 1 when none is above 1,
/// else from 0 to 255. Blank lines and those that begin with '#' are passed over; the first line may name the
/// columns. `name` is the file that messages speak of.
Expected<ColorRows> parse_color_rows(std::string_view text, const std::string& name);
/// The same of a file.
Expected<ColorRows> read_color_rows(const std::filesystem::path& path);

/// CIE 1976 lightness L* of a color in sRGB, 0 to 100.
double lightness_of(const std::array<std::uint8_t, 3>& color);

/// Where along the rows, 0 to 1, lightness first goes back by more than an eye sees; nothing where it goes
/// one way from end to end. `rows` holds at least two.
std::optional<double> lightness_turn(const ColorRows& rows);

/// Lightness goes one way from the low end to the middle and the other way from there: equal differences of
/// both signs are seen, and which is which.
bool diverges(const ColorRows& rows);

}  // namespace alidade
