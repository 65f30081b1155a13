// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/torch/sparse_function_parts.h"

#include <algorithm>

#include "core/nn/compute.h"
#include "core/ops/sparse/convolution_reference.h"

namespace alidade::sparse_function {

SparseWeights forward_weights(OffsetWeights<float> weights, int channels, int out_channels) {
  return {weights, channels, out_channels};
}

std::vector<double> forward_weights(OffsetWeights<double> weights, int channels, int out_channels) {
  std::vector<double> all;
  for (const double* of_offset : weights) {
    all.insert(all.end(), of_offset, of_offset + static_cast<std::size_t>(channels) * out_channels);
  }
  return all;
}

SparseWeights backward_weights(OffsetWeights<float> weights, int channels, int out_channels) {
  return SparseWeights::transposed(weights, channels, out_channels);
}

std::vector<double> backward_weights(OffsetWeights<double> weights, int channels, int out_channels) {
  return forward_weights(weights, channels, out_channels);
}

void convolve_scene(const KernelMap& map, const float* in, int, const SparseWeights& weights, int,
                    float* out) {
  sparse_convolution(map, in, weights, out, compute_threads());
}

void convolve_scene(const KernelMap& map, const double* in, int channels, const std::vector<double>& weights,
                    int out_channels, double* out) {
  sparse_convolution(map, in, channels, weights.data(), out_channels, out);
}

void input_gradient(const KernelMap& map, const float* grad_out, int, const SparseWeights& weights, int,
                    float* grad_in) {
  sparse_convolution_input_gradient(map, grad_out, weights, grad_in, compute_threads());
}

void input_gradient(const KernelMap& map, const double* grad_out, int out_channels,
                    const std::vector<double>& weights, int channels, double* grad_in) {
  sparse_convolution_input_gradient(map, grad_out, out_channels, weights.data(), channels, grad_in);
}

void weight_gradient(const KernelMap& map, const float* in, int channels, const float* grad_out,
                     int out_channels, float* grad_weights) {
  sparse_convolution_weight_gradient(map, in, channels, grad_out, out_channels, grad_weights,
                                     compute_threads());
}

void weight_gradient(const KernelMap& map, const double* in, int channels, const double* grad_out,
                     int out_channels, double* grad_weights) {
  sparse_convolution_weight_gradient(map, in, channels, grad_out, out_channels, grad_weights);
}

torch::Tensor rows_of_scenes(const BatchMaps& maps, std::int64_t rows, std::int64_t channels,
                             const torch::TensorOptions& options) {
  const bool all_written = std::all_of(maps.scenes.begin(), maps.scenes.end(), [](const KernelMap* map) {
    return (map->inputs > 0) == (map->outputs > 0);
  });
  return all_written ? torch::empty({rows, channels}, options) : torch::zeros({rows, channels}, options);
}

}  // namespace alidade::sparse_function
