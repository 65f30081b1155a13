// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/torch/sparse_functions.h"

#include <cmath>
#include <utility>

#include "core/nn/compute.h"
#include "core/ops/sparse/batch_norm.h"
#include "core/ops/sparse/convolution.h"
#include "core/ops/sparse/convolution_reference.h"
#include "core/ops/sparse/pooling.h"

namespace alidade {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What a function keeps for its gradient besides tensors.
template <class Value>
struct Capsule final : torch::CustomClassHolder {
  explicit Capsule(Value kept) : value(std::move(kept)) {}
  Value value;
};

template <class Value>
void keep_value(AutogradContext* context, Value value) {
  context->saved_data["kept"] =
      c10::IValue::make_capsule(c10::make_intrusive<Capsule<Value>>(std::move(value)));
}

template <class Value>
const Value& kept_value(AutogradContext* context) {
  // The context keeps the capsule alive.
  return static_cast<Capsule<Value>*>(context->saved_data["kept"].toCapsule().get())->value;
}

/// Calls work(number) with a null pointer of the tensor's type.
template <class Work>
void with_number(const Tensor& tensor, Work&& work) {
  if (tensor.scalar_type() == torch::kFloat64) {
    work(static_cast<double*>(nullptr));
  } else {
    work(static_cast<float*>(nullptr));
  }
}

void convolve_scene(const KernelMap& map, const float* in, int channels, const float* weights,
                    int out_channels, float* out) {
  sparse_convolution(map, in, channels, weights, out_channels, out, compute_threads());
}
void convolve_scene(const KernelMap& map, const double* in, int channels, const double* weights,
                    int out_channels, double* out) {
  sparse_convolution(map, in, channels, weights, out_channels, out);
}
void input_gradient(const KernelMap& map, const float* grad_out, int out_channels, const float* weights,
                    int channels, float* grad_in) {
  sparse_convolution_input_gradient(map, grad_out, out_channels, weights, channels, grad_in,
                                    compute_threads());
}
void input_gradient(const KernelMap& map, const double* grad_out, int out_channels, const double* weights,
                    int channels, double* grad_in) {
  sparse_convolution_input_gradient(map, grad_out, out_channels, weights, channels, grad_in);
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

struct SparseConvolution : torch::autograd::Function<SparseConvolution> {
  static Tensor forward(AutogradContext* context, const Tensor& features, const Tensor& weights,
                        const BatchMaps& maps) {
    const Tensor x = features.contiguous(), w = weights.contiguous();
    const std::int64_t in = w.size(-2), out = w.size(-1), per_scene = w.dim() == 4 ? w.stride(0) : 0;
    Tensor result = torch::zeros({maps.outputs(), out}, x.options());
    with_number(x, [&]<class Number>(Number*) {
      for_scenes(maps, [&](const KernelMap& map, std::int64_t i, std::int64_t o, std::int64_t s) {
        convolve_scene(map, x.data_ptr<Number>() + i * in, static_cast<int>(in),
                       w.data_ptr<Number>() + s * per_scene, static_cast<int>(out),
                       result.data_ptr<Number>() + o * out);
      });
    });
    context->save_for_backward({x, w});
    context->saved_data["needs_x"] = features.requires_grad();
    keep_value(context, maps);
    return result;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const torch::NoGradGuard no_gradient;
    const auto saved = context->get_saved_variables();
    const Tensor &x = saved[0], &w = saved[1], g = gradients[0].contiguous();
    const BatchMaps& maps = kept_value<BatchMaps>(context);
    const std::int64_t in = w.size(-2), out = w.size(-1), per_scene = w.dim() == 4 ? w.stride(0) : 0;
    const bool needs_x = context->saved_data["needs_x"].toBool();
    Tensor grad_x = needs_x ? torch::zeros_like(x) : Tensor(), grad_w = torch::zeros_like(w);
    Tensor of_scene = torch::empty({w.size(-3), in, out}, w.options());
    with_number(x, [&]<class Number>(Number*) {
      for_scenes(maps, [&](const KernelMap& map, std::int64_t i, std::int64_t o, std::int64_t s) {
        const Number* from = g.data_ptr<Number>() + o * out;
        weight_gradient(map, x.data_ptr<Number>() + i * in, static_cast<int>(in), from, static_cast<int>(out),
                        of_scene.data_ptr<Number>());
        (per_scene > 0 ? grad_w.select(0, s) : grad_w).add_(of_scene);
        if (needs_x) {
          input_gradient(map, from, static_cast<int>(out), w.data_ptr<Number>() + s * per_scene,
                         static_cast<int>(in), grad_x.data_ptr<Number>() + i * in);
        }
      });
    });
    return {grad_x, grad_w, Tensor()};
  }
};

struct SparseMaxPool : torch::autograd::Function<SparseMaxPool> {
  static Tensor forward(AutogradContext* context, const Tensor& features, const BatchMaps& maps) {
    const Tensor x = features.contiguous();
    const std::int64_t channels = x.size(1);
    Tensor result = torch::zeros({maps.outputs(), channels}, x.options());
    Tensor winner = torch::zeros({maps.outputs(), channels}, torch::kInt32);
    with_number(x, [&]<class Number>(Number*) {
      for_scenes(maps, [&](const KernelMap& map, std::int64_t i, std::int64_t o, std::int64_t) {
        sparse_max_pooling<Number>(map, x.data_ptr<Number>() + i * channels, static_cast<int>(channels),
                                   result.data_ptr<Number>() + o * channels,
                                   winner.data_ptr<std::int32_t>() + o * channels);
      });
    });
    context->save_for_backward({winner});
    keep_value(context, maps);
    return result;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const torch::NoGradGuard no_gradient;
    const Tensor winner = context->get_saved_variables()[0], g = gradients[0].contiguous();
    const BatchMaps& maps = kept_value<BatchMaps>(context);
    const std::int64_t channels = g.size(1);
    Tensor grad_x = torch::zeros({maps.inputs(), channels}, g.options());
    with_number(g, [&]<class Number>(Number*) {
      for_scenes(maps, [&](const KernelMap& map, std::int64_t i, std::int64_t o, std::int64_t) {
        sparse_max_pooling_gradient<Number>(map, winner.data_ptr<std::int32_t>() + o * channels,
                                            g.data_ptr<Number>() + o * channels, static_cast<int>(channels),
                                            grad_x.data_ptr<Number>() + i * channels);
      });
    });
    return {grad_x, Tensor()};
  }
};

/// Calls work(union, first row of the first, of the second and of the union).
template <class Work>
void for_unions(const BatchUnions& unions, Work&& work) {
  std::int64_t first = 0, second = 0, both = 0;
  for (const SparseUnion* one : unions.scenes) {
    if (!one->voxels.rows.empty()) {
      work(*one, first, second, both);
    }
    first += static_cast<std::int64_t>(one->first_rows.size());
    second += static_cast<std::int64_t>(one->second_rows.size());
    both += static_cast<std::int64_t>(one->voxels.rows.size());
  }
}

struct UnionSum : torch::autograd::Function<UnionSum> {
  static Tensor forward(AutogradContext* context, const Tensor& first, const Tensor& second,
                        const BatchUnions& unions) {
    const Tensor a = first.contiguous(), b = second.contiguous();
    const std::int64_t channels = a.size(1);
    std::int64_t rows = 0;
    for (const SparseUnion* one : unions.scenes) {
      rows += static_cast<std::int64_t>(one->voxels.rows.size());
    }
    Tensor result = torch::zeros({rows, channels}, a.options());
    with_number(a, [&]<class Number>(Number*) {
      for_unions(unions, [&](const SparseUnion& one, std::int64_t i, std::int64_t j, std::int64_t o) {
        sparse_union_sum<Number>(one, a.data_ptr<Number>() + i * channels,
                                 b.data_ptr<Number>() + j * channels, static_cast<int>(channels),
                                 result.data_ptr<Number>() + o * channels);
      });
    });
    context->saved_data["first"] = a.size(0);
    context->saved_data["second"] = b.size(0);
    keep_value(context, unions);
    return result;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const torch::NoGradGuard no_gradient;
    const Tensor g = gradients[0].contiguous();
    const std::int64_t channels = g.size(1);
    Tensor grad_a = torch::zeros({context->saved_data["first"].toInt(), channels}, g.options());
    Tensor grad_b = torch::zeros({context->saved_data["second"].toInt(), channels}, g.options());
    with_number(g, [&]<class Number>(Number*) {
      for_unions(kept_value<BatchUnions>(context),
                 [&](const SparseUnion& one, std::int64_t i, std::int64_t j, std::int64_t o) {
                   const Number* from = g.data_ptr<Number>() + o * channels;
                   gather_rows<Number>(one.first_rows, from, static_cast<int>(channels),
                                       grad_a.data_ptr<Number>() + i * channels);
                   gather_rows<Number>(one.second_rows, from, static_cast<int>(channels),
                                       grad_b.data_ptr<Number>() + j * channels);
                 });
    });
    return {grad_a, grad_b, Tensor()};
  }
};

struct NormRows : torch::autograd::Function<NormRows> {
  static Tensor forward(AutogradContext* context, const Tensor& features, const Tensor& gain,
                        const Tensor& shift, Tensor running_mean, Tensor running_variance) {
    const Tensor x = features.contiguous();
    Tensor result = torch::empty_like(x);
    with_number(x, [&]<class Number>(Number*) {
      keep_value(context,
                 batch_norm_training<Number>(
                     x.data_ptr<Number>(), static_cast<std::size_t>(x.size(0)), static_cast<int>(x.size(1)),
                     gain.data_ptr<Number>(), shift.data_ptr<Number>(), result.data_ptr<Number>(),
                     running_mean.data_ptr<Number>(), running_variance.data_ptr<Number>()));
    });
    context->save_for_backward({x, gain});
    return result;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const torch::NoGradGuard no_gradient;
    const auto saved = context->get_saved_variables();
    const Tensor &x = saved[0], &gain = saved[1], g = gradients[0].contiguous();
    Tensor grad_x = torch::empty_like(x), grad_gain = torch::empty_like(gain),
           grad_shift = torch::empty_like(gain);
    with_number(x, [&]<class Number>(Number*) {
      batch_norm_gradient<Number>(
          x.data_ptr<Number>(), static_cast<std::size_t>(x.size(0)), static_cast<int>(x.size(1)),
          gain.data_ptr<Number>(), kept_value<BatchStatistics<Number>>(context), g.data_ptr<Number>(),
          grad_x.data_ptr<Number>(), grad_gain.data_ptr<Number>(), grad_shift.data_ptr<Number>());
    });
    return {grad_x, grad_gain, grad_shift, Tensor(), Tensor()};
  }
};

}  // namespace

std::int64_t BatchMaps::inputs() const {
  std::int64_t rows = 0;
  for (const KernelMap* map : scenes) {
    rows += static_cast<std::int64_t>(map->inputs);
  }
  return rows;
}

std::int64_t BatchMaps::outputs() const {
  std::int64_t rows = 0;
  for (const KernelMap* map : scenes) {
    rows += static_cast<std::int64_t>(map->outputs);
  }
  return rows;
}

Tensor sparse_convolve(const Tensor& x, const Tensor& weight, const BatchMaps& maps) {
  return SparseConvolution::apply(x, weight, maps);
}

Tensor sparse_max_pool(const Tensor& x, const BatchMaps& maps) {
  return SparseMaxPool::apply(x, maps);
}

Tensor sparse_sum(const Tensor& first, const Tensor& second, const BatchUnions& unions) {
  return UnionSum::apply(first, second, unions);
}

Tensor norm_rows(const Tensor& x, const Tensor& gain, const Tensor& shift, Tensor running_mean,
                 Tensor running_variance, bool training) {
  if (training && x.size(0) > 0) {
    return NormRows::apply(x, gain, shift, running_mean, running_variance);
  }
  const Tensor factor = gain / (running_variance + kBatchNormEpsilon).sqrt();
  return x * factor + (shift - running_mean * factor);
}

}  // namespace alidade
