// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

// Codes as `compressed-tensors` packs them: code i of a row in bits [i b, (i + 1) b) of a little-endian
// stream of 32-bit words, across their borders; every row is padded with zero bits to whole words.

/// Words of a row: ceil(columns * bits / 32).
std::size_t packed_words(std::size_t columns, int bits);

/// Little-endian bytes of the words, row by row.
std::string pack_codes(std::span<const std::uint8_t> codes, std::size_t rows, int bits);

/// The codes of `rows` rows with `columns` each. kInput for another number of bytes, a code that is none of
/// `levels`, and padding that is not 0; `name` stands in the message.
Expected<std::vector<std::uint8_t>> unpack_codes(std::string_view bytes, std::size_t rows,
                                                 std::size_t columns, int bits, std::size_t levels,
                                                 const std::string& name);

}  // namespace alidade
