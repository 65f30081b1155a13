// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/integer_weights.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace alidade {
namespace {

/// What makes whole numbers of the levels: the reciprocal of the smallest power.
double level_factor(const LevelSet& levels) {
  if (levels.kind != LevelKind::kPowers) {
    return 1.0;
  }
  double smallest = 1.0;
  for (const double value : levels.values) {
    smallest = value > 0.0 ? std::min(smallest, value) : smallest;
  }
  return 1.0 / smallest;
}

Expected<void> check_size(const QuantizedWeights& weights, const LayerNode& node) {
  const std::size_t columns = static_cast<std::size_t>(node.in_channels) * node.kernel * node.kernel;
  const std::size_t scales = weights.scales.values.size();
  if (weights.rows != static_cast<std::size_t>(node.out_channels) || weights.columns != columns ||
      weights.codes.size() != weights.rows * columns || (scales != 1 && scales != weights.rows)) {
    return usage_error("The packed weights of \"" + node.name + "\" do not have the size of the layer.");
  }
  for (const double scale : weights.scales.values) {
    if (!std::isfinite(scale)) {
      return usage_error("A scale of the packed weights of \"" + node.name + "\" is no number.");
    }
  }
  for (const std::uint8_t code : weights.codes) {
    if (code >= weights.levels.values.size()) {
      return usage_error("A code of the packed weights of \"" + node.name + "\" is none of its levels.");
    }
  }
  return {};
}

}  // namespace

int IntegerWeights::reach() const {
  int most = 0;
  for (const std::int8_t level : levels) {
    most = std::max(most, std::abs(static_cast<int>(level)));
  }
  return most;
}

bool has_integer_levels(const LevelSet& levels) {
  const double factor = level_factor(levels);
  return std::all_of(levels.values.begin(), levels.values.end(), [factor](double value) {
    const double whole = value * factor;
    return whole == std::nearbyint(whole) && whole >= -128.0 && whole <= 127.0;
  });
}

Expected<IntegerWeights> integer_weights(const QuantizedWeights& weights, const LayerNode& node) {
  if (auto fits = check_size(weights, node); !fits) {
    return fits.error();
  }
  if (!weights.scales.zeros.empty() || !has_integer_levels(weights.levels)) {
    return usage_error("The levels of \"" + node.name + "\" are no whole numbers of 8 bits around 0.");
  }
  const double factor = level_factor(weights.levels);
  IntegerWeights result;
  result.bits = weights.levels.bits;
  for (const double value : weights.levels.values) {
    result.levels.push_back(static_cast<std::int8_t>(value * factor));
  }
  result.codes = weights.codes;
  result.values.resize(weights.codes.size());
  for (std::size_t row = 0; row < weights.rows; ++row) {
    std::int32_t sum = 0;
    for (std::size_t i = row * weights.columns; i < (row + 1) * weights.columns; ++i) {
      result.values[i] = result.levels[weights.codes[i]];
      sum += result.values[i];
    }
    result.sums.push_back(sum);
    const auto& scales = weights.scales.values;
    result.scales.push_back(scales[scales.size() == 1 ? 0 : row] / factor);
  }
  return result;
}

Expected<std::vector<float>> real_weights(const QuantizedWeights& weights, const LayerNode& node) {
  if (auto fits = check_size(weights, node); !fits) {
    return fits.error();
  }
  const std::vector<double> values = dequantized(weights);
  return std::vector<float>(values.begin(), values.end());
}

}  // namespace alidade
