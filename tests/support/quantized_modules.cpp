// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/quantized_modules.h"

#include <memory>

#include <torch/torch.h>

#include "core/nn/quantization/torch/learned_step_function.h"
#include "core/nn/quantization/torch/loss_hessian.h"
#include "core/nn/quantization/torch/quantizable_conv.h"
#include "core/nn/quantization/torch/quantized_training.h"
#include "core/nn/torch/averaged_adam.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/module_parameters.h"
#include "core/nn/torch/seeded_modules.h"

namespace alidade::test {
namespace {

torch::Tensor tensor_of(const std::vector<float>& values, const std::vector<std::int64_t>& shape) {
  return torch::tensor(values).view(shape).clone();
}

struct PlainNetworkImpl : torch::nn::Module {
  PlainNetworkImpl()
      : first(register_module("first", torch::nn::Linear(6, 8))),
        second(register_module("second", torch::nn::Conv1d(8, 4, 1))) {}
  torch::Tensor forward(const torch::Tensor& x) { return second(torch::relu(first(x)).unsqueeze(2)); }
  torch::nn::Linear first;
  torch::nn::Conv1d second;
};
TORCH_MODULE(PlainNetwork);

/// A network in training, with all that its state needs.
struct PlainTraining {
  PlainNetwork network{nullptr};
  std::unique_ptr<AveragedAdam> optimizer;
  std::unique_ptr<QuantizedTraining> quantization;

  static Expected<std::unique_ptr<PlainTraining>> create(const TrainingQuantization& how,
                                                         std::uint64_t seed) {
    auto made = std::make_unique<PlainTraining>();
    with_seed(seed, [&] { made->network = PlainNetwork(); });
    made->optimizer = std::make_unique<AveragedAdam>(*made->network, nullptr);
    auto quantization = QuantizedTraining::create(*made->network, how, [](torch::nn::Module& steps) {
      return std::make_unique<AveragedAdam>(steps, nullptr);
    });
    if (!quantization) {
      return quantization.error();
    }
    made->quantization = std::move(*quantization);
    return made;
  }

  torch::Tensor loss(std::uint64_t seed) {
    torch::manual_seed(seed);
    const auto x = torch::randn({16, 6}), y = torch::randn({16, 4, 1});
    const QuantizedPass pass(&quantization->network());
    return (network->forward(x) - y).square().mean();
  }

  std::vector<float> first_values() {
    const torch::NoGradGuard no_gradient;
    const QuantizedPass pass(&quantization->network());
    return plain_values(network->first->weight);
  }
};

}  // namespace

LearnedStepRun run_learned_step(const std::vector<float>& values, const std::vector<std::int64_t>& shape,
                                const std::vector<float>& steps, const StepLevels& levels,
                                double gradient_scale, const std::vector<float>& output_gradients,
                                int threads, bool channels_last) {
  at::set_num_threads(threads);
  auto input = tensor_of(values, shape);
  if (channels_last) {
    input = input.contiguous(torch::MemoryFormat::ChannelsLast);
  }
  input.set_requires_grad(true);
  const auto step = torch::tensor(steps).set_requires_grad(true);
  const auto out = learned_step(input, step, levels, gradient_scale);
  out.backward(tensor_of(output_gradients, shape));
  return {plain_values(out), plain_values(input.grad()), plain_values(step.grad())};
}

NormRun run_norms(std::uint64_t seed) {
  NormRun run;
  torch::Tensor input;
  QuantizableConv conv{nullptr};
  with_seed(seed, [&] {
    conv = QuantizableConv(QuantizableConvOptions{3, 5, 3, 2, true, true});
    const torch::NoGradGuard no_gradient;
    input = torch::randn({2, 3, 9, 8}) + 0.5;
    conv->norm->running_mean.normal_();
    conv->norm->running_var.uniform_(0.5, 2.0);
    conv->norm->weight.uniform_(-1.0, 1.0);
    conv->norm->bias.normal_();
  });
  const auto statistics = [&] { return plain_values(conv->norm->running_mean); };
  const auto before = statistics();
  conv->eval();
  run.evaluated = plain_values(conv->forward(input));
  conv->train();
  freeze_norms(*conv, true);
  const auto frozen = conv->forward(input);
  run.frozen = plain_values(frozen);
  frozen.sum().backward();
  run.frozen_norm_learns = conv->norm->weight.grad().abs().sum().item<double>() > 0.0;
  run.frozen_moves_statistics = statistics() != before;
  auto folded = QuantizableConv(conv->options);
  copy_module(*conv, *folded);
  fold_norms(*folded);
  run.folded = plain_values(folded->forward(input));
  freeze_norms(*conv, false);
  run.live = plain_values(conv->forward(input));
  run.live_moves_statistics = statistics() != before;
  return run;
}

std::vector<double> run_hessian_diagonal(const std::vector<std::vector<float>>& parameters,
                                         const std::vector<float>& inputs,
                                         const std::vector<float>& targets) {
  const std::vector<std::vector<std::int64_t>> shapes = {{5, 3}, {5}, {2, 5}, {2}};
  std::vector<torch::Tensor> p;
  std::size_t size = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    p.push_back(tensor_of(parameters[i], shapes[i]).set_requires_grad(true));
    size += parameters[i].size();
  }
  const auto hidden = torch::tanh(torch::linear(tensor_of(inputs, {-1, 3}), p[0], p[1]));
  const auto loss = (torch::linear(hidden, p[2], p[3]) - tensor_of(targets, {-1, 2})).square().mean();
  const HessianProduct product = loss_hessian(loss, p);
  std::vector<double> diagonal;
  for (std::size_t i = 0; i < size; ++i) {
    std::vector<double> unit(size, 0.0);
    unit[i] = 1.0;
    diagonal.push_back((*product(unit))[i]);
  }
  return diagonal;
}

TwiceRun run_twice(std::uint64_t seed) {
  TwiceRun run;
  torch::nn::ModuleList layers;
  torch::Tensor input;
  with_seed(seed, [&] {
    layers = torch::nn::ModuleList(QuantizableConv(QuantizableConvOptions{3, 4, 3, 2, true, false}),
                                   QuantizableConv(QuantizableConvOptions{4, 6, 3, 1, false, false}),
                                   QuantizableConv(QuantizableConvOptions{6, 2, 1, 2, false, false}));
    input = torch::randn({3, 3, 11, 8});
  });
  layers->eval();
  std::vector<torch::Tensor> weights;
  std::size_t size = 0;
  for (const auto& parameter : layers->parameters()) {
    weights.push_back(parameter);
    size += static_cast<std::size_t>(parameter.numel());
  }
  const auto probe = rademacher_probe(size, seed, 0);
  for (const bool ours : {false, true}) {
    set_twice_differentiable(*layers, ours);
    auto x = input;
    for (const auto& layer : *layers) {
      x = torch::tanh(layer->as<QuantizableConvImpl>()->forward(x));
    }
    const auto loss = x.square().sum();
    (ours ? run.our_product : run.torch_product) = *loss_hessian(loss, weights)(probe);
    auto& gradient = ours ? run.our_gradient : run.torch_gradient;
    for (const auto& part : torch::autograd::grad({loss}, weights)) {
      const auto values = plain_values(part);
      gradient.insert(gradient.end(), values.begin(), values.end());
    }
  }
  return run;
}

Expected<PlainRun> run_plain_layers(const TrainingQuantization& how, std::uint64_t seed, int pause_after) {
  auto training = PlainTraining::create(how, seed);
  if (!training) {
    return training.error();
  }
  PlainRun run;
  for (int step = 0; step < how.steps(); ++step) {
    if (step == pause_after) {
      SafeTensors state;
      (*training)->optimizer->put(state);
      (*training)->quantization->put(state);
      training = PlainTraining::create(how, seed + 1);
      for (auto got : {(*training)->optimizer->fill(state, "state"),
                       (*training)->quantization->fill(state, step, "state")}) {
        if (!got) {
          return got.error();
        }
      }
    }
    PlainTraining& now = **training;
    now.optimizer->zero_gradients();
    if (auto begun = now.quantization->begin_step(step, [] {}); !begun) {
      return begun.error();
    }
    run.first.push_back(now.first_values());
    const auto loss = now.loss(static_cast<std::uint64_t>(step));
    loss.backward();
    run.loss.push_back(loss.item<double>());
    const torch::NoGradGuard no_gradient;
    now.optimizer->step(step, 0.02, 0.0);
    now.quantization->update(step, 0.02, 10.0);
  }
  PlainTraining& now = **training;
  if (auto finished = now.quantization->finish([] {}); !finished) {
    return finished.error();
  }
  run.first.push_back(now.first_values());
  SafeTensors content;
  put_module(content, *now.network, "");
  auto packed = now.quantization->network().packed(content, "test");
  if (!packed) {
    return packed.error();
  }
  for (const auto& [name, tensor] : packed->packed) {
    run.codes[name] = tensor.weights;
  }
  for (const auto& item : now.network->named_parameters()) {
    run.written[item.key()] = plain_values(item.value());
  }
  return run;
}

}  // namespace alidade::test
