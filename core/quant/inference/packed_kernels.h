// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/quant/inference/tensor_form.h"

namespace alidade {

// Weights lie in units of 64: 16 output channels times 4 neighboring inputs. The units of a block follow each
// other input by input; where a block has several tiles of 16 channels, these stand side by side. Eight units
// are packed together in planes of 4, 2 or 1 bit, unit u of a plane in the bits from u * width on.

inline constexpr int kTileOutputs = 16;  ///< output channels of a unit
inline constexpr int kUnitInputs = 4;    ///< inputs of a unit
inline constexpr int kUnitBytes = 64;    ///< of an unpacked unit
inline constexpr int kGroupUnits = 8;    ///< units that are packed together
inline constexpr int kMostPixels = 8;    ///< output pixels that a kernel computes at once
inline constexpr int kMostTiles = 3;     ///< tiles of a block

/// How products of codes and weights are added up.
enum class Products {
  kDot,    ///< four products into 32 bits at once (VNNI)
  kBytes,  ///< pairs in 16 bits, widened before they can overflow
  kPairs,  ///< 16-bit factors, pairs in 32 bits
};

/// The packed weights of a block, and what becomes of them.
struct PackedBlock {
  const std::uint8_t* data = nullptr;
  int bits = 8;                        ///< 1, 2, 3, 4 or 8
  std::array<std::int8_t, 16> levels;  ///< of the codes; with 8 bits the weights lie there as they are
  std::size_t groups = 0;
};

/// Bytes of a group of units.
constexpr std::size_t group_bytes(int bits) {
  return static_cast<std::size_t>(kUnitBytes) * bits;
}

/// Output pixels of a convolution for one block of output channels.
struct PackedCall {
  // The input: what belongs to an output pixel lies at the offsets from its first code, four codes each.
  const std::uint8_t* input = nullptr;
  const std::uint32_t* offsets = nullptr;
  int steps = 1;
  std::size_t row_bytes = 0;   ///< from an output pixel to the one below
  std::size_t step_bytes = 0;  ///< from an output pixel to the next
  bool is_contiguous = false;  ///< each offset is 4 more than the one before
  int height = 1, width = 1;   ///< of the output
  // The weights.
  PackedBlock block;
  int tiles = 1;
  Products products = Products::kPairs;
  int steps_in_16_bits = 1;  ///< additions of pairs that 16 bits bear
  // What becomes of a sum: value = factor * sum + bias, cut to low .. high.
  const float* factors = nullptr;  ///< [tiles][16] of the block
  const float* biases = nullptr;
  float low = 0.0F, high = 0.0F;
  TensorForm::Kind kind = TensorForm::Kind::kSums;
  std::byte* output = nullptr;  ///< of the first pixel, at the block's first channel
  std::size_t out_row_bytes = 0, out_pixel_bytes = 0;
  int channels = 16;        ///< of the block
  int spare = 0;            ///< channels behind them that are set to 0
  void* scratch = nullptr;  ///< for the unpacked block: groups * kGroupUnits * kUnitBytes * 2

  /// Whether this is a product of a matrix and a vector.
  bool is_vector() const { return height == 1 && width == 1 && is_contiguous && tiles == 1; }
};

/// Sums of one tile for one pixel whose offsets are contiguous, [16]; the weights are unpacked on the way.
void sum_packed_vector(const PackedCall& call, std::int32_t* sums);

/// Computes the pixels of all rows.
void run_packed(const PackedCall& call);
/// The same without vectors, for processors that our kernels do not know.
void run_packed_plain(const PackedCall& call);

}  // namespace alidade
