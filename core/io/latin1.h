// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace alidade {

/// The bytes of a text whose characters are all below 256; false when they are not.
inline bool latin1_bytes(const std::string& utf8, std::string& bytes) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto first = static_cast<unsigned char>(utf8[i]);
    if (first < 0x80) {
      bytes += utf8[i];
      continue;
    }
    if ((first != 0xc2 && first != 0xc3) || i + 1 == utf8.size() ||
        (static_cast<unsigned char>(utf8[i + 1]) & 0xc0) != 0x80) {
      return false;
    }
    bytes += static_cast<char>(((first & 3) << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3f));
  }
  return true;
}

/// UTF-8 with one character per byte.
inline std::string text_of_latin1(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x80) {
      text += byte;
    } else {
      text += static_cast<char>(0xc0 | (value >> 6));
      text += static_cast<char>(0x80 | (value & 0x3f));
    }
  }
  return text;
}

}  // namespace alidade
