// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/torch/selected_convolve.h"

#include <numeric>

#include "core/nn/sparse_detector/torch/sparse_function_parts.h"

namespace alidade {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using namespace sparse_function;

template <class Number>
std::vector<Number*> gradients_of(const Tensor& gradient) {
  std::vector<Number*> offsets;
  for (std::int64_t j = 0; j < gradient.size(0); ++j) {
    offsets.push_back(gradient.data_ptr<Number>() + j * gradient.stride(0));
  }
  return offsets;
}

/// Adds what a scene says of an offset's weights to the gradient of the kernel that it took; returns what it
/// says of gamma.
template <class Number>
double add_gradient(const Number* of_scene, const Number* shared, const Number* exclusive, std::size_t count,
                    Number* gradient) {
  constexpr std::size_t kLanes = 8;
  double sums[kLanes] = {};
  for (std::size_t i = 0; i < count; ++i) {
    gradient[i] += of_scene[i];
  }
  const std::size_t whole = count - count % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sums[lane] += static_cast<double>(of_scene[i + lane]) * (shared[i + lane] - exclusive[i + lane]);
    }
  }
  for (std::size_t i = whole; i < count; ++i) {
    sums[i - whole] += static_cast<double>(of_scene[i]) * (shared[i] - exclusive[i]);
  }
  return std::accumulate(sums, sums + kLanes, 0.0);
}

struct SelectedConvolve : torch::autograd::Function<SelectedConvolve> {
  static Tensor forward(AutogradContext* context, const Tensor& features, const Tensor& selection,
                        const Tensor& shared, const Tensor& exclusive, const BatchMaps& maps) {
    const Tensor x = features.contiguous(), gamma = selection.contiguous(), a = shared.contiguous(),
                 b = exclusive.contiguous();
    const int in = static_cast<int>(a.size(1)), out = static_cast<int>(a.size(2));
    Tensor result = rows_of_scenes(maps, maps.outputs(), out, x.options());
    with_number(x, [&]<class Number>(Number*) {
      for_scenes(maps, [&](const KernelMap& map, std::int64_t i, std::int64_t o, std::int64_t s) {
        const auto weights = chosen<Number>(gamma, s, offsets_of<Number>(a), offsets_of<Number>(b));
        convolve_scene(map, x.data_ptr<Number>() + i * in, in, forward_weights(weights, in, out), out,
                       result.data_ptr<Number>() + o * out);
      });
    });
    context->save_for_backward({x, gamma, a, b});
    context->saved_data["needs_x"] = features.requires_grad();
    keep_value(context, maps);
    return result;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const torch::NoGradGuard no_gradient;
    const auto saved = context->get_saved_variables();
    const Tensor &x = saved[0], &gamma = saved[1], &a = saved[2], &b = saved[3],
                 g = gradients[0].contiguous();
    const BatchMaps& maps = kept_value<BatchMaps>(context);
    const int in = static_cast<int>(a.size(1)), out = static_cast<int>(a.size(2));
    Tensor grad_x, grad_gamma = torch::zeros_like(gamma), grad_a = torch::zeros_like(a),
                   grad_b = torch::zeros_like(b), of_scene = torch::empty_like(a);
    if (context->saved_data["needs_x"].toBool()) {
      grad_x = rows_of_scenes(maps, x.size(0), in, x.options());
    }
    with_number(x, [&]<class Number>(Number*) {
      const auto shared = offsets_of<Number>(a), exclusive = offsets_of<Number>(b),
                 found = offsets_of<Number>(of_scene);
      for_scenes(maps, [&](const KernelMap& map, std::int64_t i, std::int64_t o, std::int64_t s) {
        const Number* from = g.data_ptr<Number>() + o * out;
        weight_gradient(map, x.data_ptr<Number>() + i * in, in, from, out, of_scene.data_ptr<Number>());
        const auto to = chosen<Number>(gamma, s, gradients_of<Number>(grad_a), gradients_of<Number>(grad_b));
        for (std::size_t j = 0; j < to.size(); ++j) {
          grad_gamma.data_ptr<Number>()[s * gamma.size(1) + static_cast<std::int64_t>(j)] =
              static_cast<Number>(
                  add_gradient(found[j], shared[j], exclusive[j], static_cast<std::size_t>(in) * out, to[j]));
        }
        if (grad_x.defined()) {
          const auto weights = chosen<Number>(gamma, s, shared, exclusive);
          input_gradient(map, from, out, backward_weights(weights, in, out), in,
                         grad_x.data_ptr<Number>() + i * in);
        }
      });
    });
    return {grad_x, grad_gamma, grad_a, grad_b, Tensor()};
  }
};

}  // namespace

Tensor convolve_selected(const Tensor& x, const Tensor& gamma, const KernelPair& kernels,
                         const BatchMaps& maps) {
  return SelectedConvolve::apply(x, gamma, kernels.shared, kernels.exclusive, maps);
}

}  // namespace alidade
