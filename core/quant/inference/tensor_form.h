// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace alidade {

/// What activation codes stand for: real = scale * (code - zero), codes 0 .. 2^bits - 1.
struct CodeGrid {
  float scale = 0.0F;
  int zero = 0, bits = 8;

  int largest() const { return (1 << bits) - 1; }
  bool operator==(const CodeGrid&) const = default;
};

/// How an image lies in memory: [height + 2 border][width + 2 border][stride], pixel by pixel.
struct TensorForm {
  enum class Kind {
    kFloat,  ///< float32
    kCodes,  ///< uint8 of a grid; the border holds its zero, channels beyond the image's hold 0
    kSums,   ///< int32 sums of products, before zero point, scale and bias
  };
  Kind kind = Kind::kFloat;
  CodeGrid grid;   ///< of codes
  int border = 0;  ///< pixels on every side; of codes alone
  int stride = 0;  ///< elements from pixel to pixel, at least the channels

  std::size_t element_bytes() const { return kind == Kind::kCodes ? 1 : 4; }
  std::size_t bytes(int height, int width) const {
    return static_cast<std::size_t>(height + 2 * border) * (width + 2 * border) * stride * element_bytes();
  }
  bool operator==(const TensorForm&) const = default;
};

/// float32 without a border.
inline TensorForm float_form(int channels) {
  return {TensorForm::Kind::kFloat, {}, 0, channels};
}

}  // namespace alidade
