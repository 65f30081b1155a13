// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/step_kernels.h"

#include <algorithm>
#include <array>

namespace alidade {
namespace {

// In the form that compilers turn into one instruction each; a value that is not a number stays one.
inline float clipped_ratio(float ratio, const StepLevels& levels) {
  const float above = ratio < levels.low ? levels.low : ratio;
  return above > levels.high ? levels.high : above;
}

template <bool binary>
inline float nearest_code(float ratio) {
  if constexpr (binary) {
    return ratio < 0.0F ? -1.0F : 1.0F;
  }
  // Adding 1.5 * 2^23 leaves no bit for a fraction; the sum is rounded half to even.
  constexpr float kNoFraction = 12582912.0F;
  return (ratio + kNoFraction) - kNoFraction;
}

template <bool binary>
void write_values(const float* __restrict from, float* __restrict to, std::size_t count, float step,
                  StepLevels levels) {
  for (std::size_t i = 0; i < count; ++i) {
    to[i] = nearest_code<binary>(clipped_ratio(from[i] / step, levels)) * step;
  }
}

/// Partial sums, in an order that does not depend on the width of the machine's registers.
constexpr std::size_t kLanes = 16;

template <bool binary, bool with_values>
inline void add_slopes(const float* __restrict values, const float* __restrict output_gradients,
                       float* __restrict value_gradients, std::size_t count, float step,
                       const StepLevels& levels, std::array<float, kLanes>& sums) {
  for (std::size_t i = 0; i < count; ++i) {
    const float ratio = values[i] / step, clipped = clipped_ratio(ratio, levels);
    const bool inside = clipped == ratio;
    const float offset = inside ? ratio : 0.0F;
    sums[i] += output_gradients[i] * (nearest_code<binary>(clipped) - offset);
    if constexpr (with_values) {
      value_gradients[i] = inside ? output_gradients[i] : 0.0F;
    }
  }
}

template <bool binary, bool with_values>
double sum_gradients(const float* values, const float* output_gradients, float* value_gradients,
                     std::size_t count, float step, StepLevels levels) {
  // Blocks are short, so that single precision loses nothing within them.
  constexpr std::size_t kBlock = 128 * kLanes;
  double sum = 0.0;
  for (std::size_t begin = 0; begin < count; begin += kBlock) {
    const std::size_t end = std::min(begin + kBlock, count);
    std::array<float, kLanes> sums{};
    std::size_t at = begin;
    for (; at + kLanes <= end; at += kLanes) {
      add_slopes<binary, with_values>(values + at, output_gradients + at,
                                      with_values ? value_gradients + at : nullptr, kLanes, step, levels,
                                      sums);
    }
    add_slopes<binary, with_values>(values + at, output_gradients + at,
                                    with_values ? value_gradients + at : nullptr, end - at, step, levels,
                                    sums);
    for (const float lane : sums) {
      sum += static_cast<double>(lane);
    }
  }
  return sum;
}

}  // namespace

void step_values(const float* from, float* to, std::size_t count, float step, const StepLevels& levels) {
  const float used = std::max(step, kLeastStep);
  levels.binary ? write_values<true>(from, to, count, used, levels)
                : write_values<false>(from, to, count, used, levels);
}

double step_gradients(const float* values, const float* output_gradients, float* value_gradients,
                      std::size_t count, float step, const StepLevels& levels) {
  const float used = std::max(step, kLeastStep);
  if (value_gradients == nullptr) {
    return levels.binary
               ? sum_gradients<true, false>(values, output_gradients, nullptr, count, used, levels)
               : sum_gradients<false, false>(values, output_gradients, nullptr, count, used, levels);
  }
  return levels.binary
             ? sum_gradients<true, true>(values, output_gradients, value_gradients, count, used, levels)
             : sum_gradients<false, true>(values, output_gradients, value_gradients, count, used, levels);
}

}  // namespace alidade
