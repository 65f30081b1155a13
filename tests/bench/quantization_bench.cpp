// SPDX-License-Identifier: BSD-3-Clause
// What quantization costs a training step of the small keypoint network, and a further probe of its Hessian;
// interleaved in one run; times are the processor's. `alidade_quantization_bench [THREADS [ROUNDS]]`.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/nn/compute.h"
#include "core/nn/keypoint/keypoint_quantization.h"
#include "core/nn/keypoint/torch/keypoint_losses.h"
#include "core/nn/keypoint/torch/keypoint_modules.h"
#include "core/nn/quantization/torch/loss_hessian.h"
#include "core/nn/quantization/torch/quantized_training.h"
#include "core/nn/torch/momentum_sgd.h"
#include "core/quant/learned_step.h"

namespace alidade {
namespace {

constexpr int kBatch = 32;

/// Processor time of all threads, which others on the machine disturb less than that of the wall.
double milliseconds(const std::function<void()>& work) {
  const std::clock_t begin = std::clock();
  work();
  return 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

/// LSQ composed of torch's operations, as it is usually written.
class ComposedStep : public FakeQuantizer {
 public:
  ComposedStep(torch::Tensor steps, double low, double high, bool weights)
      : steps_(std::move(steps)), low_(low), high_(high), weights_(weights) {}

  torch::Tensor quantize(const torch::Tensor& values) override {
    const auto count =
        static_cast<std::size_t>(values.numel() / (weights_ ? steps_.numel() : values.size(0)));
    const double scale = step_gradient_scale(count, {low_, high_});
    auto step = steps_ * scale + (steps_ - steps_ * scale).detach();
    step = weights_ ? step.view({-1, 1, 1, 1}) : step;
    const auto clipped = (values / step).clamp(low_, high_);
    return (clipped + (clipped.round() - clipped).detach()) * step;
  }

 private:
  torch::Tensor steps_;
  double low_, high_;
  bool weights_;
};

KeypointBatch random_batch(const KeypointConfig& config) {
  const std::int64_t side = config.image_px;
  KeypointBatch batch;
  batch.images = torch::rand({kBatch, 3, side, side});
  batch.masks = torch::zeros({kBatch, 1, side, side});
  batch.masks.slice(2, side / 4, 3 * side / 4).slice(3, side / 4, 3 * side / 4).fill_(1.0);
  batch.pixels = torch::rand({kBatch, 8, 2}) * static_cast<double>(side);
  batch.size = torch::full({kBatch}, 0.5 * static_cast<double>(side));
  batch.weights = torch::ones({kBatch, config.levels});
  batch.corners = torch::rand({kBatch, 8, 3}) + torch::tensor({0.0, 0.0, 2.0});
  batch.camera = torch::tensor({100.0, 100.0, 48.0, 48.0}).expand({kBatch, 4}).contiguous();
  return batch;
}

/// One network with what is needed to train it.
struct Contender {
  std::string name;
  std::unique_ptr<KeypointNetwork> network;
  std::unique_ptr<MomentumSgd> optimizer;
  std::unique_ptr<QuantizedTraining> fused;
  std::vector<double> times;

  Contender(std::string title, const KeypointConfig& config)
      : name(std::move(title)), network(KeypointNetwork::create(config, 1)) {
    optimizer = std::make_unique<MomentumSgd>(module(), nullptr, 0.9, 0.0);
    freeze_norms(module(), true);
  }
  KeypointModuleImpl& module() { return *network->impl().module; }

  torch::Tensor loss(const KeypointBatch& batch) {
    const KeypointLoss how;
    return keypoint_losses(network->config(), module().forward(batch.images), batch, how).total(how);
  }
  void step(int index, const KeypointBatch& batch) {
    optimizer->zero_gradients();
    if (fused) {
      const auto begun = fused->begin_step(index, [&] { module().forward(batch.images); });
      if (!begun) {
        std::fprintf(stderr, "%s\n", begun.error().message.c_str());
        std::exit(1);
      }
    }
    module().train();
    loss(batch).backward();
    module().eval();
    const torch::NoGradGuard no_gradient;
    optimizer->step(index, 1e-4, 0.0);
    if (fused) {
      fused->update(index, 1e-4, 1e9);
    }
  }
};

void use_fused_steps(Contender& contender, const std::string& levels) {
  TrainingQuantization how;
  how.stages.resize(1);
  how.stages[0].steps = 1 << 20;
  how.activation_bits = 8;
  for (const std::string& weight : keypoint_weights(*contender.network)) {
    how.stages[0].levels[weight] = levels;
  }
  auto made = QuantizedTraining::create(contender.module(), how, [](torch::nn::Module& steps) {
    return std::make_unique<MomentumSgd>(steps, nullptr, 0.9, 0.0);
  });
  contender.fused = std::move(*made);
}

void use_composed_steps(Contender& contender) {
  for (const auto& module : contender.module().modules(false)) {
    if (auto* conv = module->as<QuantizableConvImpl>()) {
      const auto steps = torch::full({conv->options.out}, 0.02).set_requires_grad(true);
      const auto input = torch::full({1}, 0.02).set_requires_grad(true);
      conv->weight_quantizer = std::make_shared<ComposedStep>(steps, -8.0, 7.0, true);
      conv->input_quantizer = std::make_shared<ComposedStep>(input, 0.0, 255.0, false);
    }
  }
}

double middle(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void bench_steps(const KeypointConfig& config, int rounds) {
  const KeypointBatch batch = random_batch(config);
  std::vector<Contender> contenders;
  for (const char* name : {"float32", "LSQ W4 A8, fused", "LSQ W4 A8, composed of torch's operations"}) {
    contenders.emplace_back(name, config);
  }
  use_fused_steps(contenders[1], "4");
  use_composed_steps(contenders[2]);
  for (int round = 0; round < rounds + 2; ++round) {
    for (Contender& contender : contenders) {
      const double ms = milliseconds([&] { contender.step(round, batch); });
      if (round >= 2) {
        contender.times.push_back(ms);
      }
    }
  }
  for (const Contender& contender : contenders) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < contender.times.size(); ++i) {
      ratios.push_back(contender.times[i] / contenders[0].times[i]);
    }
    std::printf("%-42s %8.1f ms a step, %.3f of float32\n", contender.name.c_str(), middle(contender.times),
                middle(ratios));
  }
}

void bench_probes(const KeypointConfig& config, int rounds) {
  const KeypointBatch batch = random_batch(config);
  Contender contender("float32", config);
  std::vector<torch::Tensor> weights;
  std::size_t size = 0;
  for (const auto& item : contender.module().named_parameters()) {
    if (item.value().dim() == 4) {
      weights.push_back(item.value());
      size += static_cast<std::size_t>(item.value().numel());
    }
  }
  set_twice_differentiable(contender.module(), true);
  const HessianProduct product = loss_hessian(contender.loss(batch), weights);
  set_twice_differentiable(contender.module(), false);
  std::vector<double> gradient, probe, ratios;
  for (int round = 0; round < rounds + 1; ++round) {
    const auto direction = rademacher_probe(size, 1, static_cast<std::uint64_t>(round));
    const double plain = milliseconds([&] {
      contender.optimizer->zero_gradients();
      contender.loss(batch).backward();
    });
    const double further = milliseconds([&] { [[maybe_unused]] const auto image = product(direction); });
    if (round > 0) {
      gradient.push_back(plain);
      probe.push_back(further);
      ratios.push_back(further / plain);
    }
  }
  std::printf("%-42s %8.1f ms\n%-42s %8.1f ms, %.3f of it (%zu layers at once)\n", "forward and backward",
              middle(gradient), "a further probe of the Hessian", middle(probe), middle(ratios),
              weights.size());
}

}  // namespace
}  // namespace alidade

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1, rounds = argc > 2 ? std::atoi(argv[2]) : 15;
  alidade::configure_compute(threads);
  torch::manual_seed(1);
  alidade::KeypointConfig config = *alidade::named_keypoint_config("small");
  std::printf("small keypoint network, %d x %d, batch %d, %d threads, medians of %d\n", config.image_px,
              config.image_px, alidade::kBatch, threads, rounds);
  alidade::bench_steps(config, rounds);
  alidade::bench_probes(config, rounds);
  return 0;
}
