// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

// LSQ (Esser et al. 2020) as reference arithmetic: what an implementation for training is compared with.

/// -Qn and Qp. "2 bit" signed has four levels, -2 .. 1; it is not ternary.
struct StepRange {
  double low, high;
};

/// Signed: -2^(b-1) .. 2^(b-1) - 1; unsigned: 0 .. 2^b - 1. `bits` from 1 (signed: 2) to 16; kUsage
/// otherwise.
Expected<StepRange> step_range(int bits, bool is_signed);

/// 2 mean|v| / sqrt(Qp): where the step of values that share one starts.
double initial_step(std::span<const double> values, const StepRange& range);

/// 1 / sqrt(N Qp), N being the weights that share the step (of activations: features of a sample).
double step_gradient_scale(std::size_t count, const StepRange& range);

/// v = s round(clip(v / s, -Qn, Qp)), half to even.
struct SteppedValues {
  std::vector<double> values;
  std::vector<double> codes;
};

/// `values` are [group][...] in equal groups, one step each. kUsage for a step that is not above 0.
Expected<SteppedValues> step_forward(std::span<const double> values, std::span<const double> steps,
                                     const StepRange& range);

/// Gradients of the straight-through surrogate, where the rounding's derivative is taken as 1.
struct StepGradients {
  std::vector<double> values;  ///< passed where -Qn <= v / s <= Qp, the bounds included, else 0
  std::vector<double> steps;   ///< [group] scale * sum of (round(v/s) - v/s inside, -Qn or Qp outside)
};

Expected<StepGradients> step_backward(std::span<const double> values, std::span<const double> steps,
                                      const StepRange& range, std::span<const double> output_gradients,
                                      double gradient_scale);

}  // namespace alidade
