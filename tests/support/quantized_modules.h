// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/nn/quantization/step_kernels.h"
#include "core/nn/quantization/training_quantization.h"
#include "core/quant/quantizer.h"

// Quantized layers of torch behind plain numbers.

namespace alidade::test {

/// What LSQ's function gives forward and back.
struct LearnedStepRun {
  std::vector<float> out, value_gradients, step_gradients;
};

/// Of values [shape] and one step, or one for each row; `channels_last`: stored in that order of memory.
LearnedStepRun run_learned_step(const std::vector<float>& values, const std::vector<std::int64_t>& shape,
                                const std::vector<float>& steps, const StepLevels& levels,
                                double gradient_scale, const std::vector<float>& output_gradients,
                                int threads, bool channels_last = false);

/// Results of a convolution with a norm whose running statistics were set, for one random batch.
struct NormRun {
  std::vector<float> evaluated, live, frozen, folded;
  bool live_moves_statistics = false, frozen_moves_statistics = false, frozen_norm_learns = false;
};
NormRun run_norms(std::uint64_t seed);

/// The diagonal of the Hessian of a small network, Linear(3, 5), tanh, Linear(5, 2) with a mean squared
/// error, by products with unit vectors: its four tensors one after the other.
std::vector<double> run_hessian_diagonal(const std::vector<std::vector<float>>& parameters,
                                         const std::vector<float>& inputs, const std::vector<float>& targets);

/// A product with the Hessian of a loss behind three convolutions, with torch's second derivatives and with
/// ours; then both gradients.
struct TwiceRun {
  std::vector<double> torch_product, our_product;
  std::vector<float> torch_gradient, our_gradient;
};
TwiceRun run_twice(std::uint64_t seed);

/// A network of torch's own layers, Linear(6, 8) "first", Conv1d(8, 4, 1) "second", trained for a while on
/// noise.
struct PlainRun {
  std::vector<std::vector<float>> first;  ///< its quantized values before each step, and after the last
  std::vector<double> loss;               ///< of each step
  std::map<std::string, QuantizedWeights> codes;
  std::map<std::string, std::vector<float>> written;  ///< values of the parameters at the end
};
Expected<PlainRun> run_plain_layers(const TrainingQuantization& how, std::uint64_t seed,
                                    int pause_after = -1);

}  // namespace alidade::test
