// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <vector>

namespace alidade {

// Batch norm over all rows together, whatever scene they belong to. x is [rows, channels] row-major. Sums run
// in double precision in an order that the rows alone determine. `Number` is float or double.

inline constexpr double kBatchNormEpsilon = 1e-5;
inline constexpr double kBatchNormMomentum = 0.1;

/// Mean and 1 / sqrt(biased variance + epsilon) of each channel.
template <class Number>
struct BatchStatistics {
  std::vector<Number> mean, inverse_deviation;  ///< [channels]
};

/// y = (x - mean) * inverse_deviation * gain + shift, [rows, channels]. Running values, if given
/// ([channels]), become (1 - momentum) * old + momentum * new with the unbiased variance; with fewer than two
/// rows, which have none, they stay as they are.
template <class Number>
BatchStatistics<Number> batch_norm_training(const Number* x, std::size_t rows, int channels,
                                            const Number* gain, const Number* shift, Number* y,
                                            Number* running_mean = nullptr,
                                            Number* running_variance = nullptr,
                                            double epsilon = kBatchNormEpsilon,
                                            double momentum = kBatchNormMomentum);

/// Gradients of the above: grad_x [rows, channels], grad_gain and grad_shift [channels].
template <class Number>
void batch_norm_gradient(const Number* x, std::size_t rows, int channels, const Number* gain,
                         const BatchStatistics<Number>& statistics, const Number* grad_y, Number* grad_x,
                         Number* grad_gain, Number* grad_shift);

/// y = x * factors + offsets with what the running values give, both [channels]; the factors go into
/// SparseWeights, the offsets become the bias, and the layer is gone.
template <class Number>
struct FoldedNorm {
  std::vector<Number> factors, offsets;
};
template <class Number>
FoldedNorm<Number> folded_batch_norm(const Number* gain, const Number* shift, const Number* running_mean,
                                     const Number* running_variance, int channels,
                                     double epsilon = kBatchNormEpsilon);

}  // namespace alidade
