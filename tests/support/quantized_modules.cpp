// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/quantized_modules.h"

#include <memory>

#include <torch/torch.h>

#include "core/nn/quantization/torch/learned_step_function.h"
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
