// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <utility>
#include <vector>

#include <torch/torch.h>

#include "core/nn/sparse_detector/torch/sparse_functions.h"
#include "core/ops/sparse/convolution.h"

// What differentiable sparse operations are made of.
namespace alidade::sparse_function {

/// What a function keeps for its gradient besides tensors.
template <class Value>
struct Capsule final : torch::CustomClassHolder {
  explicit Capsule(Value kept) : value(std::move(kept)) {}
  Value value;
};

template <class Value>
void keep_value(torch::autograd::AutogradContext* context, Value value) {
  context->saved_data["kept"] =
      c10::IValue::make_capsule(c10::make_intrusive<Capsule<Value>>(std::move(value)));
}

template <class Value>
const Value& kept_value(torch::autograd::AutogradContext* context) {
  // The context keeps the capsule alive.
  return static_cast<Capsule<Value>*>(context->saved_data["kept"].toCapsule().get())->value;
}

/// Calls work(number) with a null pointer of the tensor's type.
template <class Work>
void with_number(const torch::Tensor& tensor, Work&& work) {
  if (tensor.scalar_type() == torch::kFloat64) {
    work(static_cast<double*>(nullptr));
  } else {
    work(static_cast<float*>(nullptr));
  }
}

// The operations of one scene, in float32 and, for tests, in float64. Weights are given by offset, [in, out],
// and laid out as the operations read them.

template <class Number>
using OffsetWeights = std::span<const Number* const>;

SparseWeights forward_weights(OffsetWeights<float> weights, int channels, int out_channels);
std::vector<double> forward_weights(OffsetWeights<double> weights, int channels, int out_channels);
SparseWeights backward_weights(OffsetWeights<float> weights, int channels, int out_channels);
std::vector<double> backward_weights(OffsetWeights<double> weights, int channels, int out_channels);

void convolve_scene(const KernelMap& map, const float* in, int channels, const SparseWeights& weights,
                    int out_channels, float* out);
void convolve_scene(const KernelMap& map, const double* in, int channels, const std::vector<double>& weights,
                    int out_channels, double* out);
void input_gradient(const KernelMap& map, const float* grad_out, int out_channels,
                    const SparseWeights& weights, int channels, float* grad_in);
void input_gradient(const KernelMap& map, const double* grad_out, int out_channels,
                    const std::vector<double>& weights, int channels, double* grad_in);
void weight_gradient(const KernelMap& map, const float* in, int channels, const float* grad_out,
                     int out_channels, float* grad_weights);
void weight_gradient(const KernelMap& map, const double* in, int channels, const double* grad_out,
                     int out_channels, double* grad_weights);

/// Where the weights of each offset lie in a tensor [volume, in, out].
template <class Number>
std::vector<const Number*> offsets_of(const torch::Tensor& weights) {
  std::vector<const Number*> offsets;
  for (std::int64_t j = 0; j < weights.size(0); ++j) {
    offsets.push_back(weights.data_ptr<Number>() + j * weights.stride(0));
  }
  return offsets;
}

/// The kernel that each offset of a scene takes, from those that `shared` and `exclusive` have.
template <class Number, class Pointer>
std::vector<Pointer> chosen(const torch::Tensor& gamma, std::int64_t scene, std::vector<Pointer> shared,
                            const std::vector<Pointer>& exclusive) {
  const Number* const of_scene = gamma.data_ptr<Number>() + scene * gamma.size(1);
  for (std::size_t j = 0; j < shared.size(); ++j) {
    shared[j] = of_scene[j] > Number(0.5) ? shared[j] : exclusive[j];
  }
  return shared;
}

/// Rows of all scenes that for_scenes() is going to write; 0 where it will not.
torch::Tensor rows_of_scenes(const BatchMaps& maps, std::int64_t rows, std::int64_t channels,
                             const torch::TensorOptions& options);

/// Calls work(map, first input row, first output row, scene) for every scene that has rows.
template <class Work>
void for_scenes(const BatchMaps& maps, Work&& work) {
  std::int64_t input = 0, output = 0;
  for (std::size_t s = 0; s < maps.scenes.size(); ++s) {
    const KernelMap& map = *maps.scenes[s];
    if (map.outputs > 0 && map.inputs > 0) {
      work(map, input, output, static_cast<std::int64_t>(s));
    }
    input += static_cast<std::int64_t>(map.inputs);
    output += static_cast<std::int64_t>(map.outputs);
  }
}

}  // namespace alidade::sparse_function
