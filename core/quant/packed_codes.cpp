// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/packed_codes.h"

#include <string_view>

namespace alidade {
namespace {

constexpr std::size_t kWordBits = 32, kWordBytes = 4, kByteBits = 8;

Error bad_codes(const std::string& name, const std::string& where, const std::string& problem) {
  return input_error(name, where, problem, "the file is damaged, get or pack it again");
}

/// `bits` bits of a row from bit `at` on; at most two bytes hold them.
unsigned code_at(std::string_view row, std::size_t at, int bits) {
  unsigned pair = static_cast<unsigned char>(row[at / kByteBits]);
  if (at / kByteBits + 1 < row.size()) {
    pair |= static_cast<unsigned>(static_cast<unsigned char>(row[at / kByteBits + 1])) << kByteBits;
  }
  return pair >> (at % kByteBits) & ((1U << bits) - 1U);
}

bool padding_is_zero(std::string_view row, std::size_t from) {
  for (std::size_t at = from; at < row.size() * kByteBits; ++at) {
    if (code_at(row, at, 1) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::size_t packed_words(std::size_t columns, int bits) {
  return (columns * static_cast<std::size_t>(bits) + kWordBits - 1) / kWordBits;
}

std::string pack_codes(std::span<const std::uint8_t> codes, std::size_t rows, int bits) {
  const std::size_t columns = rows == 0 ? 0 : codes.size() / rows;
  const std::size_t row_bytes = packed_words(columns, bits) * kWordBytes;
  std::string bytes(rows * row_bytes, '\0');
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::size_t at = i % columns * static_cast<std::size_t>(bits);
    const std::size_t byte = i / columns * row_bytes + at / kByteBits;
    const unsigned shifted = static_cast<unsigned>(codes[i]) << (at % kByteBits);
    bytes[byte] = static_cast<char>(static_cast<unsigned char>(bytes[byte]) | (shifted & 0xffU));
    if (shifted > 0xffU) {
      bytes[byte + 1] = static_cast<char>(shifted >> kByteBits);
    }
  }
  return bytes;
}

Expected<std::vector<std::uint8_t>> unpack_codes(std::string_view bytes, std::size_t rows,
                                                 std::size_t columns, int bits, std::size_t levels,
                                                 const std::string& name) {
  const std::size_t row_bytes = packed_words(columns, bits) * kWordBytes;
  if (bytes.size() != rows * row_bytes) {
    return bad_codes(name, "",
                     std::to_string(bytes.size()) + " bytes of codes where " +
                         std::to_string(rows * row_bytes) + " were expected");
  }
  std::vector<std::uint8_t> codes;
  codes.reserve(rows * columns);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::string_view row = bytes.substr(r * row_bytes, row_bytes);
    for (std::size_t c = 0; c < columns; ++c) {
      const unsigned code = code_at(row, c * static_cast<std::size_t>(bits), bits);
      if (code >= levels) {
        return bad_codes(name, "row " + std::to_string(r) + ", column " + std::to_string(c),
                         "code " + std::to_string(code) + " of " + std::to_string(levels) + " levels");
      }
      codes.push_back(static_cast<std::uint8_t>(code));
    }
    if (!padding_is_zero(row, columns * static_cast<std::size_t>(bits))) {
      return bad_codes(name, "row " + std::to_string(r), "the bits behind the last code are not 0");
    }
  }
  return codes;
}

}  // namespace alidade
