// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/learned_step.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace alidade {
namespace {

Expected<void> check_steps(std::size_t values, std::span<const double> steps) {
  if (steps.empty() || values % steps.size() != 0) {
    return usage_error(std::to_string(steps.size()) + " steps do not divide " + std::to_string(values) +
                       " values into equal groups.");
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!(steps[i] > 0.0) || !std::isfinite(steps[i])) {
      return usage_error("Step " + std::to_string(i) + " is " + std::to_string(steps[i]) +
                         "; a quantizer's step is a finite number above 0.");
    }
  }
  return {};
}

}  // namespace

Expected<StepRange> step_range(int bits, bool is_signed) {
  if (bits < (is_signed ? 2 : 1) || bits > 16) {
    return usage_error("A quantizer of " + std::to_string(bits) +
                       " bits has no learned step; use 2 to 16 signed, or 1 to 16 unsigned.");
  }
  return is_signed ? StepRange{-std::ldexp(1.0, bits - 1), std::ldexp(1.0, bits - 1) - 1.0}
                   : StepRange{0.0, std::ldexp(1.0, bits) - 1.0};
}

double initial_step(std::span<const double> values, const StepRange& range) {
  double sum = 0.0;
  for (const double value : values) {
    sum += std::abs(value);
  }
  return 2.0 * sum / static_cast<double>(values.size()) / std::sqrt(range.high);
}

double step_gradient_scale(std::size_t count, const StepRange& range) {
  return 1.0 / std::sqrt(static_cast<double>(count) * range.high);
}

Expected<SteppedValues> step_forward(std::span<const double> values, std::span<const double> steps,
                                     const StepRange& range) {
  if (const auto fine = check_steps(values.size(), steps); !fine) {
    return fine.error();
  }
  SteppedValues result;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double step = steps[i / (values.size() / steps.size())];
    const double code = std::nearbyint(std::clamp(values[i] / step, range.low, range.high));
    result.codes.push_back(code);
    result.values.push_back(code * step);
  }
  return result;
}

Expected<StepGradients> step_backward(std::span<const double> values, std::span<const double> steps,
                                      const StepRange& range, std::span<const double> output_gradients,
                                      double gradient_scale) {
  if (const auto fine = check_steps(values.size(), steps); !fine) {
    return fine.error();
  }
  if (output_gradients.size() != values.size()) {
    return usage_error(std::to_string(output_gradients.size()) + " gradients for " +
                       std::to_string(values.size()) + " values.");
  }
  StepGradients result{std::vector<double>(values.size(), 0.0), std::vector<double>(steps.size(), 0.0)};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t group = i / (values.size() / steps.size());
    const double ratio = values[i] / steps[group];
    const bool inside = ratio >= range.low && ratio <= range.high;
    const double slope = inside ? std::nearbyint(ratio) - ratio : ratio < range.low ? range.low : range.high;
    result.values[i] = inside ? output_gradients[i] : 0.0;
    result.steps[group] += output_gradients[i] * slope * gradient_scale;
  }
  return result;
}

}  // namespace alidade
