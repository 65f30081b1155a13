// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/inference/layer_graph.h"
#include "core/quant/quantizer.h"

namespace alidade {

/// Weights of a convolution as whole numbers: weight = scale[out] * value.
struct IntegerWeights {
  std::vector<std::int8_t> values;  ///< [out][in][kernel][kernel]
  std::vector<double> scales;       ///< [out]; may be negative (a norm was folded into it)
  std::vector<std::int32_t> sums;   ///< [out] of the values
  int bits = 8;                     ///< of a code
  std::vector<std::uint8_t> codes;  ///< as values
  std::vector<std::int8_t> levels;  ///< [code] the whole number

  /// The largest magnitude of a level.
  int reach() const;
};

/// Whether the levels are whole numbers of 8 bits, perhaps after a multiplication by a power of two (powers
/// of two with 8 exponents are not: they reach from -128 to 128).
bool has_integer_levels(const LevelSet& levels);

/// The weights of a convolution. kUsage, naming the layer: rows and columns of another size, levels that
/// are no whole numbers, zero points, scales that are not finite.
Expected<IntegerWeights> integer_weights(const QuantizedWeights& weights, const LayerNode& node);

/// The real weights, [out][in][kernel][kernel]; kUsage for another size.
Expected<std::vector<float>> real_weights(const QuantizedWeights& weights, const LayerNode& node);

}  // namespace alidade
