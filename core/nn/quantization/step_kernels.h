// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace alidade {

// LSQ (Esser et al. 2020) in float32 without branches, for ranges of values that share one step; the
// reference arithmetic is core/quant/learned_step.h. Equal bits with every instruction set.

/// The codes that a step multiplies: whole numbers low .. high (half goes to even), or -1 and 1 alone (then
/// low = -1, high = 1, and 0 goes to 1).
struct StepLevels {
  float low = 0.0F, high = 0.0F;
  bool binary = false;

  bool operator==(const StepLevels&) const = default;
};

/// Steps below are used as this one: 0 would divide.
inline constexpr float kLeastStep = 1e-10F;

/// to = step * code of from.
void step_values(const float* from, float* to, std::size_t count, float step, const StepLevels& levels);

/// Gradients of the straight-through surrogate: `value_gradients` (may be null) are passed where
/// low <= v / s <= high. Returns the sum over the values of g (code - v / s inside, code outside), which the
/// step's gradient is a multiple of.
double step_gradients(const float* values, const float* output_gradients, float* value_gradients,
                      std::size_t count, float step, const StepLevels& levels);

}  // namespace alidade
