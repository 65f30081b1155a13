// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/level_set.h"

namespace alidade {

/// Weights as a matrix, row-major: a row per output channel; of a convolution [out, in * kh * kw].
struct WeightView {
  std::string name;  ///< stands in messages
  std::span<const double> values;
  std::size_t rows = 0;

  std::size_t columns() const { return rows == 0 ? 0 : values.size() / rows; }
};

/// Whether one scale serves the tensor, or every row has its own.
enum class Granularity { kTensor, kChannel };

enum class RangeRule {
  kLargest,  ///< the largest magnitude becomes the largest level; of powers: INQ's 2^floor(log2(4 s / 3))
  kLeastSquares,  ///< least squared error of the weights
};

/// What the codes of a tensor are multiples of.
struct Scales {
  std::vector<double> values;  ///< one, or one per row; 0 where all weights are 0
  std::vector<double> zeros;   ///< the level that stands for 0, likewise; empty: symmetric
};

struct QuantizedWeights {
  LevelSet levels;
  std::size_t rows = 0, columns = 0;
  Scales scales;
  std::vector<std::uint8_t> codes;  ///< [row][column] into levels.values

  Granularity granularity() const {
    return scales.values.size() == 1 ? Granularity::kTensor : Granularity::kChannel;
  }
};

/// Scales without a zero point, each a number of float32, which files keep. kInput, naming tensor and place:
/// no weights, a weight that is not finite, and one so small that the scale underflows float32.
Expected<Scales> find_scales(const WeightView& weights, const LevelSet& levels, Granularity granularity,
                             RangeRule rule);

/// Scales and whole zero points that cover [min(w, 0), max(w, 0)]; `levels` are unsigned (kUsage otherwise).
Expected<Scales> find_affine_scales(const WeightView& weights, const LevelSet& levels,
                                    Granularity granularity);

/// Codes of the nearest levels. Where the scale is 0 the code is that of the level nearest to 0. kInput for a
/// weight or scale that is not finite, kUsage for another number of scales.
Expected<QuantizedWeights> quantize(const WeightView& weights, const LevelSet& levels, Scales scales);

/// Range and codes in one.
Expected<QuantizedWeights> quantize(const WeightView& weights, const LevelSet& levels,
                                    Granularity granularity, RangeRule rule);

/// scale * (level - zero), row-major.
std::vector<double> dequantized(const QuantizedWeights& quantized);

/// |Q(w) - w|^2.
double squared_error(std::span<const double> weights, std::span<const double> approximation);

/// Ratio of signal to quantization noise, 10 log10(|w|^2 / |Q(w) - w|^2), in decibels: infinite without an
/// error, NaN for weights that are all 0.
double signal_to_noise(std::span<const double> weights, std::span<const double> approximation);

/// Bias correction: the bias [row] that keeps the mean output, b + (W - Q(W)) x, of inputs with mean x
/// [column]. kUsage for another number of columns.
Expected<std::vector<double>> corrected_bias(const WeightView& weights, std::span<const double> approximation,
                                             std::span<const double> mean_input,
                                             std::span<const double> bias);

}  // namespace alidade
