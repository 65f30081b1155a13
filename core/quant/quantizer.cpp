// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/quantizer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/quant/range_search.h"

namespace alidade {
namespace {

Error bad_weights(const WeightView& weights, const std::string& where, const std::string& problem) {
  return input_error(weights.name, where, problem, "train the network again or leave this tensor as it is");
}

Expected<void> check_weights(const WeightView& weights) {
  if (weights.values.empty() || weights.rows == 0 || weights.values.size() % weights.rows != 0) {
    return bad_weights(weights, "", "there are no weights to quantize, or not the same number in every row");
  }
  for (std::size_t i = 0; i < weights.values.size(); ++i) {
    if (!std::isfinite(weights.values[i])) {
      return bad_weights(weights, "element " + std::to_string(i), "the weight is not a finite number");
    }
  }
  return {};
}

std::size_t scale_count(const WeightView& weights, Granularity granularity) {
  return granularity == Granularity::kTensor ? 1 : weights.rows;
}

/// The weights that share scale `i`.
std::span<const double> part_of(const WeightView& weights, Granularity granularity, std::size_t i) {
  return granularity == Granularity::kTensor
             ? weights.values
             : weights.values.subspan(i * weights.columns(), weights.columns());
}

/// The nearest float32, and 0 only for 0.
Expected<double> stored_scale(const WeightView& weights, double scale, std::size_t i) {
  const double stored = static_cast<double>(static_cast<float>(scale));
  if (scale != 0.0 && (stored == 0.0 || !std::isfinite(stored))) {
    return bad_weights(weights, "scale " + std::to_string(i),
                       stored == 0.0 ? "the weights are so small that the scale underflows a 32-bit number"
                                     : "the weights are so large that the scale overflows a 32-bit number");
  }
  return stored;
}

}  // namespace

Expected<Scales> find_scales(const WeightView& weights, const LevelSet& levels, Granularity granularity,
                             RangeRule rule) {
  if (const auto fine = check_weights(weights); !fine) {
    return fine.error();
  }
  Scales scales;
  for (std::size_t i = 0; i < scale_count(weights, granularity); ++i) {
    const auto part = part_of(weights, granularity, i);
    const auto stored = stored_scale(
        weights,
        rule == RangeRule::kLargest ? largest_scale(part, levels) : least_squares_scale(part, levels), i);
    if (!stored) {
      return stored.error();
    }
    scales.values.push_back(*stored);
  }
  return scales;
}

Expected<Scales> find_affine_scales(const WeightView& weights, const LevelSet& levels,
                                    Granularity granularity) {
  if (levels.kind != LevelKind::kUnsigned) {
    return usage_error("A zero point needs unsigned levels, not " + levels.label() + ".");
  }
  if (const auto fine = check_weights(weights); !fine) {
    return fine.error();
  }
  Scales scales;
  for (std::size_t i = 0; i < scale_count(weights, granularity); ++i) {
    const auto part = part_of(weights, granularity, i);
    const auto [least, most] = std::minmax_element(part.begin(), part.end());
    const double low = std::min(*least, 0.0), high = std::max(*most, 0.0);
    const auto stored = stored_scale(weights, (high - low) / levels.reach(), i);
    if (!stored) {
      return stored.error();
    }
    scales.values.push_back(*stored);
    scales.zeros.push_back(*stored == 0.0 ? 0.0
                                          : std::clamp(std::nearbyint(-low / *stored), 0.0, levels.reach()));
  }
  return scales;
}

Expected<QuantizedWeights> quantize(const WeightView& weights, const LevelSet& levels, Scales scales) {
  if (const auto fine = check_weights(weights); !fine) {
    return fine.error();
  }
  const std::size_t count = scales.values.size();
  if ((count != 1 && count != weights.rows) || (!scales.zeros.empty() && scales.zeros.size() != count)) {
    return usage_error(weights.name + ": " + std::to_string(count) + " scales for " +
                       std::to_string(weights.rows) + " rows; give one, or one for each row.");
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(scales.values[i]) || scales.values[i] < 0.0) {
      return bad_weights(weights, "scale " + std::to_string(i), "the scale is negative or no finite number");
    }
  }
  QuantizedWeights result{levels, weights.rows, weights.columns(), std::move(scales), {}};
  result.codes.reserve(weights.values.size());
  for (std::size_t i = 0; i < weights.values.size(); ++i) {
    const std::size_t s = count == 1 ? 0 : i / weights.columns();
    const double zero = result.scales.zeros.empty() ? 0.0 : result.scales.zeros[s];
    const double scale = result.scales.values[s];
    const double units = scale == 0.0 ? 0.0 : weights.values[i] / scale;
    result.codes.push_back(nearest_level(levels, units + zero));
  }
  return result;
}

Expected<QuantizedWeights> quantize(const WeightView& weights, const LevelSet& levels,
                                    Granularity granularity, RangeRule rule) {
  auto scales = find_scales(weights, levels, granularity, rule);
  if (!scales) {
    return scales.error();
  }
  return quantize(weights, levels, std::move(*scales));
}

std::vector<double> dequantized(const QuantizedWeights& quantized) {
  std::vector<double> values(quantized.codes.size());
  const bool single = quantized.scales.values.size() == 1;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t s = single ? 0 : i / quantized.columns;
    const double zero = quantized.scales.zeros.empty() ? 0.0 : quantized.scales.zeros[s];
    values[i] = quantized.scales.values[s] * (quantized.levels.values[quantized.codes[i]] - zero);
  }
  return values;
}

double squared_error(std::span<const double> weights, std::span<const double> approximation) {
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double difference = approximation[i] - weights[i];
    sum += difference * difference;
  }
  return sum;
}

double signal_to_noise(std::span<const double> weights, std::span<const double> approximation) {
  const std::vector<double> nothing(weights.size(), 0.0);
  const double signal = squared_error(weights, nothing), noise = squared_error(weights, approximation);
  if (signal == 0.0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return noise == 0.0 ? std::numeric_limits<double>::infinity() : 10.0 * std::log10(signal / noise);
}

Expected<std::vector<double>> corrected_bias(const WeightView& weights, std::span<const double> approximation,
                                             std::span<const double> mean_input,
                                             std::span<const double> bias) {
  if (mean_input.size() != weights.columns() || bias.size() != weights.rows ||
      approximation.size() != weights.values.size()) {
    return usage_error(weights.name + ": " + std::to_string(mean_input.size()) + " mean inputs and " +
                       std::to_string(bias.size()) + " biases for weights of " +
                       std::to_string(weights.rows) + " rows and " + std::to_string(weights.columns()) +
                       " columns.");
  }
  std::vector<double> corrected(bias.begin(), bias.end());
  for (std::size_t i = 0; i < weights.values.size(); ++i) {
    corrected[i / weights.columns()] +=
        (weights.values[i] - approximation[i]) * mean_input[i % weights.columns()];
  }
  return corrected;
}

}  // namespace alidade
