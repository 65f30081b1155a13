// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/batch_norm.h"

#include <cmath>

namespace alidade {
namespace {

/// Mean and biased variance of each channel, in two passes.
struct ChannelMoments {
  std::vector<double> mean, variance;
};

template <class Number>
ChannelMoments moments_of(const Number* x, std::size_t rows, int channels) {
  ChannelMoments moments;
  moments.mean.assign(channels, 0.0);
  moments.variance.assign(channels, 0.0);
  const double share = rows > 0 ? 1.0 / static_cast<double>(rows) : 0.0;
  for (std::size_t row = 0; row < rows; ++row) {
    for (int c = 0; c < channels; ++c) {
      moments.mean[c] += x[row * channels + c];
    }
  }
  for (double& mean : moments.mean) {
    mean *= share;
  }
  for (std::size_t row = 0; row < rows; ++row) {
    for (int c = 0; c < channels; ++c) {
      const double difference = x[row * channels + c] - moments.mean[c];
      moments.variance[c] += difference * difference;
    }
  }
  for (double& variance : moments.variance) {
    variance *= share;
  }
  return moments;
}

template <class Number>
void move_towards(Number* running, double value, double momentum) {
  *running = static_cast<Number>((1.0 - momentum) * *running + momentum * value);
}

}  // namespace

template <class Number>
BatchStatistics<Number> batch_norm_training(const Number* x, std::size_t rows, int channels,
                                            const Number* gain, const Number* shift, Number* y,
                                            Number* running_mean, Number* running_variance, double epsilon,
                                            double momentum) {
  const ChannelMoments moments = moments_of(x, rows, channels);
  BatchStatistics<Number> statistics;
  std::vector<Number> factors(channels), offsets(channels);
  for (int c = 0; c < channels; ++c) {
    const double inverse = 1.0 / std::sqrt(moments.variance[c] + epsilon);
    statistics.mean.push_back(static_cast<Number>(moments.mean[c]));
    statistics.inverse_deviation.push_back(static_cast<Number>(inverse));
    factors[c] = static_cast<Number>(inverse * gain[c]);
    if (rows >= 2 && running_mean && running_variance) {
      const double unbiased = moments.variance[c] * static_cast<double>(rows) / static_cast<double>(rows - 1);
      move_towards(running_mean + c, moments.mean[c], momentum);
      move_towards(running_variance + c, unbiased, momentum);
    }
  }
  for (std::size_t row = 0; row < rows; ++row) {
    for (int c = 0; c < channels; ++c) {
      y[row * channels + c] = (x[row * channels + c] - statistics.mean[c]) * factors[c] + shift[c];
    }
  }
  return statistics;
}

template <class Number>
void batch_norm_gradient(const Number* x, std::size_t rows, int channels, const Number* gain,
                         const BatchStatistics<Number>& statistics, const Number* grad_y, Number* grad_x,
                         Number* grad_gain, Number* grad_shift) {
  std::vector<double> sums(channels, 0.0), products(channels, 0.0);
  const auto normalized = [&](std::size_t at, int c) {
    return (x[at] - statistics.mean[c]) * statistics.inverse_deviation[c];
  };
  for (std::size_t row = 0; row < rows; ++row) {
    for (int c = 0; c < channels; ++c) {
      const std::size_t at = row * channels + c;
      sums[c] += grad_y[at];
      products[c] += static_cast<double>(grad_y[at]) * normalized(at, c);
    }
  }
  // dL/dx = gain / deviation * (dL/dy - mean(dL/dy) - x^ mean(dL/dy x^))
  std::vector<Number> factors(channels), means(channels), slopes(channels);
  for (int c = 0; c < channels; ++c) {
    grad_gain[c] = static_cast<Number>(products[c]);
    grad_shift[c] = static_cast<Number>(sums[c]);
    const double share = rows > 0 ? 1.0 / static_cast<double>(rows) : 0.0;
    factors[c] = gain[c] * statistics.inverse_deviation[c];
    means[c] = static_cast<Number>(sums[c] * share);
    slopes[c] = static_cast<Number>(products[c] * share);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    for (int c = 0; c < channels; ++c) {
      const std::size_t at = row * channels + c;
      grad_x[at] = factors[c] * (grad_y[at] - means[c] - normalized(at, c) * slopes[c]);
    }
  }
}

template <class Number>
FoldedNorm<Number> folded_batch_norm(const Number* gain, const Number* shift, const Number* running_mean,
                                     const Number* running_variance, int channels, double epsilon) {
  FoldedNorm<Number> folded;
  for (int c = 0; c < channels; ++c) {
    const double factor = gain[c] / std::sqrt(running_variance[c] + epsilon);
    folded.factors.push_back(static_cast<Number>(factor));
    folded.offsets.push_back(static_cast<Number>(shift[c] - running_mean[c] * factor));
  }
  return folded;
}

template BatchStatistics<float> batch_norm_training(const float*, std::size_t, int, const float*,
                                                    const float*, float*, float*, float*, double, double);
template BatchStatistics<double> batch_norm_training(const double*, std::size_t, int, const double*,
                                                     const double*, double*, double*, double*, double,
                                                     double);
template void batch_norm_gradient(const float*, std::size_t, int, const float*, const BatchStatistics<float>&,
                                  const float*, float*, float*, float*);
template void batch_norm_gradient(const double*, std::size_t, int, const double*,
                                  const BatchStatistics<double>&, const double*, double*, double*, double*);
template FoldedNorm<float> folded_batch_norm(const float*, const float*, const float*, const float*, int,
                                             double);
template FoldedNorm<double> folded_batch_norm(const double*, const double*, const double*, const double*, int,
                                              double);

}  // namespace alidade
