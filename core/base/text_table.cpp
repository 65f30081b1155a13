// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/text_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/text_escape.h"

namespace alidade {
namespace {

/// Decodes the character at `at` and moves on; a byte that does not belong there counts as one character.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  char32_t character = more == 0 ? lead : lead & (0x3FU >> more);
  for (int i = 0; i < more && at < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte & 0xC0U) != 0x80U) {
      break;
    }
    character = (character << 6) | (byte & 0x3FU);
    ++at;
  }
  return character;
}

bool is_between(char32_t character, char32_t first, char32_t last) {
  return character >= first && character <= last;
}

/// The blocks that Unicode's East Asian Width lists as wide, without the rare ones.
bool is_wide(char32_t c) {
  return is_between(c, 0x1100, 0x115F) || is_between(c, 0x2E80, 0xA4CF) || is_between(c, 0xAC00, 0xD7A3) ||
         is_between(c, 0xF900, 0xFAFF) || is_between(c, 0xFE30, 0xFE6F) || is_between(c, 0xFF00, 0xFF60) ||
         is_between(c, 0x1F300, 0x1FAFF) || is_between(c, 0x20000, 0x3FFFD);
}

}  // namespace

std::string fixed_text(double value, int decimals) {
  char buffer[512];  // the largest double has 309 digits
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed,
                                 std::clamp(decimals, 0, 100))
                       .ptr;
  std::string text(buffer, end);
  if (text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos) {
    text.erase(0, 1);
  }
  return text;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t character = next_character(text, at);
    const bool combining = is_between(character, 0x0300, 0x036F) || is_between(character, 0x200B, 0x200F);
    width += combining ? 0 : is_wide(character) ? 2 : 1;
  }
  return width;
}

std::string aligned_text(std::vector<std::vector<std::string>> lines, std::size_t left) {
  for (auto& line : lines) {
    std::transform(line.begin(), line.end(), line.begin(), visible_text);
  }
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()), 0);
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(line[i]));
    }
  }
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string blanks(widths[i] - display_width(line[i]), ' ');
      text += (i == 0 ? "" : "  ") + (i < left ? line[i] + blanks : blanks + line[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace alidade
