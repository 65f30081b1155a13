// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/activation_range.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {
namespace {

constexpr int kLeastBits = 2, kMostBits = 8;

double last_code(int bits) {
  return std::ldexp(1.0, bits) - 1.0;
}

/// Scale and zero that cover [least, most], which hold 0.
InputQuantization covering(double least, double most, int bits) {
  const double scale = (most - least) / last_code(bits);
  const double zero = std::clamp(std::nearbyint(-least / scale), 0.0, last_code(bits));
  return {static_cast<float>(scale), static_cast<int>(zero), bits};
}

/// Where LSQ's step starts, with the zero of the extremes.
InputQuantization of_magnitude(const ActivationSample& sample, int bits) {
  InputQuantization result = covering(sample.least(), sample.most(), bits);
  const double reach = std::max(last_code(bits) - result.zero, static_cast<double>(result.zero));
  result.scale = static_cast<float>(2.0 * sample.mean_magnitude() / std::sqrt(reach));
  return result;
}

InputQuantization of_percentile(const ActivationSample& sample, int bits, double percentile) {
  std::vector<float> sorted = sample.kept();
  std::sort(sorted.begin(), sorted.end());
  const auto last = static_cast<double>(sorted.size() - 1);
  const auto left_out = static_cast<std::size_t>(std::floor((1.0 - percentile / 100.0) * last));
  return covering(std::min(0.0F, sorted[left_out]), std::max(0.0F, sorted[sorted.size() - 1 - left_out]),
                  bits);
}

InputQuantization of_least_squares(const ActivationSample& sample, int bits) {
  constexpr int kShares = 80;
  // Every so many values: the search looks at each of them at every share.
  constexpr std::size_t kLooked = 1 << 14;
  std::vector<float> looked;
  const std::size_t stride = (sample.kept().size() + kLooked - 1) / kLooked;
  for (std::size_t i = 0; i < sample.kept().size(); i += stride) {
    looked.push_back(sample.kept()[i]);
  }
  InputQuantization best = covering(sample.least(), sample.most(), bits);
  double least = activation_error(looked, best);
  for (int share = 1; share < kShares; ++share) {
    const double part = static_cast<double>(share) / kShares;
    const InputQuantization other = covering(part * sample.least(), part * sample.most(), bits);
    if (const double error = other.scale > 0.0F ? activation_error(looked, other) : least; error < least) {
      least = error;
      best = other;
    }
  }
  return best;
}

InputQuantization by_rule(const ActivationSample& sample, const ActivationRangeOptions& options) {
  switch (options.rule) {
    case ActivationRule::kLargest:
      return covering(sample.least(), sample.most(), options.bits);
    case ActivationRule::kPercentile:
      return of_percentile(sample, options.bits, options.percentile);
    case ActivationRule::kLeastSquares:
      return of_least_squares(sample, options.bits);
    case ActivationRule::kMeanMagnitude:
      return of_magnitude(sample, options.bits);
  }
  return {};
}

Error bad_inputs(const std::string& name, const std::string& layer, const std::string& problem) {
  return input_error(name, std::string(kInputQuantizationKey) + (layer.empty() ? "" : ": " + layer), problem,
                     "quantize the network again");
}

Expected<InputQuantization> parse_input(const nlohmann::json& json, const std::string& name,
                                        const std::string& layer) {
  const auto number = [&](const char* key) {
    return json.is_object() && json.contains(key) && json.at(key).is_number() ? json.at(key).get<double>()
                                                                              : -1.0;
  };
  const double scale = number("scale"), zero = number("zero"), bits = number("bits");
  constexpr double kLeastScale = std::numeric_limits<float>::min(),
                   kMostScale = std::numeric_limits<float>::max();
  if (!(scale >= kLeastScale) || scale > kMostScale) {
    return bad_inputs(name, layer, "the scale is not a finite float32 above 0");
  }
  if (bits != std::floor(bits) || bits < kLeastBits || bits > kMostBits) {
    return bad_inputs(name, layer, "the bits are not a whole number from 2 to 8");
  }
  if (zero != std::floor(zero) || zero < 0.0 || zero > last_code(static_cast<int>(bits))) {
    return bad_inputs(name, layer, "the zero is none of the codes");
  }
  return InputQuantization{static_cast<float>(scale), static_cast<int>(zero), static_cast<int>(bits)};
}

}  // namespace

void ActivationSample::add(std::span<const float> values) {
  constexpr std::size_t kMostOfOne = 1 << 15, kMostKept = 1 << 18;
  for (const float value : values) {
    if (std::isfinite(value)) {
      least_ = std::min(least_, value);
      most_ = std::max(most_, value);
    }
  }
  // Odd, so that no row of an image of even width is hit at one place alone.
  const std::size_t stride = (values.size() + kMostOfOne - 1) / kMostOfOne | 1;
  for (std::size_t i = 0; i < values.size(); i += stride) {
    if (std::isfinite(values[i])) {
      kept_.push_back(values[i]);
    }
  }
  if (kept_.size() > kMostKept) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kept_.size(); i += 2) {
      kept_[count++] = kept_[i];
    }
    kept_.resize(count);
  }
}

double ActivationSample::mean_magnitude() const {
  double sum = 0.0;
  for (const float value : kept_) {
    sum += std::abs(static_cast<double>(value));
  }
  return kept_.empty() ? 0.0 : sum / static_cast<double>(kept_.size());
}

Expected<InputQuantization> activation_range(const ActivationSample& sample,
                                             const ActivationRangeOptions& options) {
  if (options.bits < kLeastBits || options.bits > kMostBits || !(options.percentile > 50.0) ||
      options.percentile > 100.0) {
    return usage_error("Inputs are quantized to 2 to 8 bits, by a percentile above 50 and up to 100.");
  }
  const InputQuantization result =
      sample.empty() || sample.least() == sample.most() ? InputQuantization{} : by_rule(sample, options);
  if (!(result.scale > 0.0F) || !std::isfinite(result.scale)) {
    return Error{ErrorCode::kFailed,
                 "An input of a layer has no range to quantize: all its values are 0 or there were none; "
                 "calibrate on other images or leave this layer as it is."};
  }
  return result;
}

double activation_error(std::span<const float> values, const InputQuantization& quantization) {
  const double scale = quantization.scale, zero = quantization.zero, last = last_code(quantization.bits);
  double sum = 0.0;
  for (const float value : values) {
    const double code = std::clamp(std::nearbyint(value / scale) + zero, 0.0, last);
    const double difference = scale * (code - zero) - static_cast<double>(value);
    sum += difference * difference;
  }
  return sum;
}

std::string input_quantization_text(const std::map<std::string, InputQuantization>& inputs) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [layer, input] : inputs) {
    json[layer] = {{"scale", static_cast<double>(input.scale)}, {"zero", input.zero}, {"bits", input.bits}};
  }
  return json_text(json);
}

Expected<std::map<std::string, InputQuantization>> parse_input_quantization(const std::string& text,
                                                                            const std::string& name) {
  const auto json = parse_json(text, name + ": " + kInputQuantizationKey);
  if (!json) {
    return json.error();
  }
  if (!json->is_object()) {
    return bad_inputs(name, "", "it is no object of layers");
  }
  std::map<std::string, InputQuantization> inputs;
  for (const auto& [layer, item] : json->items()) {
    const auto input = parse_input(item, name, layer);
    if (!input) {
      return input.error();
    }
    inputs[layer] = *input;
  }
  return inputs;
}

}  // namespace alidade
