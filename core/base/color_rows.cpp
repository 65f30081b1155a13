// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/color_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <utility>

#include "core/base/file.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMostColorBytes = 1u << 20;
constexpr double kSeenLightness = 1.0;    // of L*: smaller steps back are rounding
constexpr double kMiddleTolerance = 0.1;  // of the rows: so far from the middle a diverging map may turn
constexpr const char* kColorRemedy =
    "give 2 to 4096 lines of red, green and blue, all from 0 to 255 or all from 0 to 1";

bool separates(char c) {
  return c == ',' || c == ';' || c == ' ' || c == '\t' || c == '\r';
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t at = 0; at < line.size();) {
    if (separates(line[at])) {
      ++at;
      continue;
    }
    const auto end = std::find_if(line.begin() + static_cast<std::ptrdiff_t>(at), line.end(), separates);
    fields.push_back(line.substr(at, static_cast<std::size_t>(end - line.begin()) - at));
    at = static_cast<std::size_t>(end - line.begin());
  }
  return fields;
}

std::optional<double> number_of(std::string_view field) {
  double number = 0.0;
  const auto [end, failure] = std::from_chars(field.data(), field.data() + field.size(), number);
  return failure == std::errc() && end == field.data() + field.size() ? std::optional(number) : std::nullopt;
}

bool names_columns(const std::vector<std::string_view>& fields) {
  return fields.size() == 3 && std::none_of(fields.begin(), fields.end(), [](std::string_view field) {
           return number_of(field).has_value();
         });
}

/// Lightness of each row.
std::vector<double> lightnesses(const ColorRows& rows) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const auto& row : rows) {
    values.push_back(lightness_of(row));
  }
  return values;
}

/// The number of the value where they begin to go back; nothing where they go one way.
std::optional<std::size_t> turn_of(std::span<const double> values) {
  const double sign = values.back() >= values.front() ? 1.0 : -1.0;
  std::size_t highest = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (sign * values[i] >= sign * values[highest]) {
      highest = i;
    } else if (sign * (values[highest] - values[i]) > kSeenLightness) {
      return highest;
    }
  }
  return std::nullopt;
}

}  // namespace

Expected<ColorRows> parse_color_rows(std::string_view text, const std::string& name) {
  std::vector<std::array<double, 3>> rows;
  double most = 0.0;
  std::size_t number = 0;
  bool first = true;
  while (!text.empty()) {
    ++number;
    const std::string where = "line " + std::to_string(number);
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto fields = fields_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (fields.empty() || fields.front().front() == '#') {
      continue;
    }
    if (std::exchange(first, false) && names_columns(fields)) {
      continue;
    }
    if (fields.size() != 3) {
      return input_error(name, where, "has " + std::to_string(fields.size()) + " values in place of three",
                         kColorRemedy);
    }
    if (rows.size() == kMostColorRows) {
      return input_error(name, where, "there are more than 4096 colors", kColorRemedy);
    }
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < 3; ++i) {
      const auto value = number_of(fields[i]);
      if (!value || !(*value >= 0.0 && *value <= 255.0)) {
        return input_error(name, where, "\"" + std::string(fields[i]) + "\" is no number from 0 to 255",
                           kColorRemedy);
      }
      row[i] = *value;
      most = std::max(most, *value);
    }
  }
  if (rows.size() < kFewestColorRows) {
    return input_error(name, "", "holds " + std::to_string(rows.size()) + " colors", kColorRemedy);
  }
  const double scale = most <= 1.0 ? 255.0 : 1.0;
  ColorRows colors(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      colors[i][channel] = static_cast<std::uint8_t>(std::lround(scale * rows[i][channel]));
    }
  }
  return colors;
}

Expected<ColorRows> read_color_rows(const std::filesystem::path& path) {
  const auto text = read_file(path, kMostColorBytes);
  if (!text) {
    return text.error();
  }
  return parse_color_rows(*text, path.string());
}

double lightness_of(const std::array<std::uint8_t, 3>& color) {
  const auto linear = [](std::uint8_t channel) {
    const double x = channel / 255.0;
    return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
  };
  const double y = 0.2126 * linear(color[0]) + 0.7152 * linear(color[1]) + 0.0722 * linear(color[2]);
  return y > 216.0 / 24389.0 ? 116.0 * std::cbrt(y) - 16.0 : y * 24389.0 / 27.0;
}

std::optional<double> lightness_turn(const ColorRows& rows) {
  const auto turn = turn_of(lightnesses(rows));
  return turn ? std::optional(static_cast<double>(*turn) / static_cast<double>(rows.size() - 1))
              : std::nullopt;
}

bool diverges(const ColorRows& rows) {
  if (rows.size() < 3) {
    return false;
  }
  const std::vector<double> values = lightnesses(rows);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  // Light in the middle or dark in the middle.
  const auto turn = *middle >= 0.5 * (values.front() + values.back())
                        ? std::max_element(values.begin(), values.end())
                        : std::min_element(values.begin(), values.end());
  const double place = static_cast<double>(turn - values.begin()) / static_cast<double>(values.size() - 1);
  const std::span<const double> all(values);
  const auto at = static_cast<std::size_t>(turn - values.begin());
  const double low_arm = *turn - values.front(), high_arm = *turn - values.back();
  return std::abs(place - 0.5) <= kMiddleTolerance && low_arm * high_arm > 0.0 &&
         std::min(std::abs(low_arm), std::abs(high_arm)) > 10.0 * kSeenLightness &&
         !turn_of(all.first(at + 1)) && !turn_of(all.subspan(at));
}

}  // namespace alidade
