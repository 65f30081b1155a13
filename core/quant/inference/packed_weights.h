// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "core/quant/inference/integer_weights.h"
#include "core/quant/inference/packed_kernels.h"

namespace alidade {

/// Weights of a convolution in the order of our kernels (packed_kernels.h).
struct PackedWeights {
  struct Block {
    int first_tile = 0, tiles = 1;
    std::size_t offset = 0;  ///< into bytes
    std::size_t groups = 0;
  };
  int bits = 8;  ///< 1, 2, 3, 4 or 8
  Products products = Products::kPairs;
  int steps_in_16_bits = 1;
  std::array<std::int8_t, 16> levels{};
  std::vector<Block> blocks;
  std::vector<std::uint8_t> bytes;

  PackedBlock block(const Block& of) const { return {bytes.data() + of.offset, bits, levels, of.groups}; }
  /// For the largest block, unpacked.
  std::size_t scratch_bytes() const;
};

/// VNNI where the processor has it, else what is exact.
struct ProductChoice {
  Products products = Products::kPairs;
  int steps_in_16_bits = 1;
};
ProductChoice best_products(const IntegerWeights& weights, const CodeGrid& input);

/// Inputs in the order of the image: kernel rows, pixels, channels filled up to a multiple of 4.
PackedWeights pack_weights(const ConvolutionGeometry& geometry, const IntegerWeights& weights,
                           const ProductChoice& choice);

}  // namespace alidade
