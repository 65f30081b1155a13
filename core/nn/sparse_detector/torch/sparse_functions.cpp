// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/torch/sparse_functions.h"

#include "core/nn/sparse_detector/torch/sparse_function_parts.h"
#include "core/ops/sparse/batch_norm.h"
#include "core/ops/sparse/pooling.h"

namespace alidade {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using namespace sparse_function;

struct SparseConvolution : torch::autograd::Function<SparseConvolution> {
  static Tensor forward(AutogradContext* context, const Tensor& features, const Tensor& weights,
                        const BatchMaps& maps) {
    const Tensor x = features.contiguous(), w = weights.contiguous();
    const int in = static_cast<int>(w.size(1)), out = static_cast<int>(w.size(2));
    Tensor result = rows_of_scenes(maps, maps.outputs(), out, x.options());
    with_number(x, [&]<class Number>(Number*) {
      const auto packed = forward_weights(offsets_of<Number>(w), in, out);
      for_scenes(maps, [&](const KernelMap& map, std::int64_t i, std::int64_t o, std::int64_t) {
        convolve_scene(map, x.data_ptr<Number>() + i * in, in, packed, out,
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
    const int in = static_cast<int>(w.size(1)), out = static_cast<int>(w.size(2));
    Tensor grad_x, grad_w = torch::zeros_like(w), of_scene = torch::empty_like(w);
    if (context->saved_data["needs_x"].toBool()) {
      grad_x = rows_of_scenes(maps, x.size(0), in, x.options());
    }
    with_number(x, [&]<class Number>(Number*) {
      const auto packed = backward_weights(offsets_of<Number>(w), in, out);
      for_scenes(maps, [&](const KernelMap& map, std::int64_t i, std::int64_t o, std::int64_t) {
        const Number* from = g.data_ptr<Number>() + o * out;
        weight_gradient(map, x.data_ptr<Number>() + i * in, in, from, out, of_scene.data_ptr<Number>());
        grad_w.add_(of_scene);
        if (grad_x.defined()) {
          input_gradient(map, from, out, packed, in, grad_x.data_ptr<Number>() + i * in);
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
