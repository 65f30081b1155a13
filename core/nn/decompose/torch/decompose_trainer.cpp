// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/decompose_trainer.h"

#include <cmath>
#include <utility>

#include "core/base/random.h"
#include "core/nn/decompose/torch/decompose_losses.h"
#include "core/nn/decompose/torch/decompose_modules.h"
#include "core/nn/quantization/torch/quantized_training.h"
#include "core/nn/torch/averaged_adam.h"
#include "core/nn/torch/checkpoint.h"

namespace alidade {
namespace {

NamedValues named(const DecomposeLosses& losses) {
  const auto mean = [](const torch::Tensor& x) { return x.mean().item<double>(); };
  return {{"rotation", mean(losses.rotation)},
          {"translation_m", mean(losses.translation)},
          {"size_m", mean(losses.size)},
          {"chamfer_m", mean(losses.chamfer)},
          {"diversity", mean(losses.diversity)},
          {"reconstruction_m", mean(losses.reconstruction)},
          {"nocs", mean(losses.nocs)}};
}

}  // namespace

struct DecomposeTrainer::Impl {
  DecomposeTraining training;
  std::unique_ptr<DecomposeNetwork> network;
  AveragedAdam optimizer;
  std::unique_ptr<QuantizedTraining> quantization;  ///< null: float32
  bool frozen_norms = false;
  GradientHook* hook = nullptr;
  int step = 0;

  Impl(const DecomposeTraining& how, std::unique_ptr<DecomposeNetwork> fresh)
      : training(how), network(std::move(fresh)), optimizer(*network->impl().module, nullptr) {}

  DecomposeModule& module() { return network->impl().module; }
  DecomposeLosses losses(const std::vector<const DecomposeSample*>& batch, Random* augmentation);
  Expected<void> show_gradients();
  Expected<void> update_quantization(double rate);
};

DecomposeLosses DecomposeTrainer::Impl::losses(const std::vector<const DecomposeSample*>& batch,
                                               Random* augmentation) {
  const DecomposeAugmentation change{training.turn_rad, training.scale_range, training.jitter_m};
  const DecomposeBatch data = make_decompose_batch(network->config(), batch, change, augmentation);
  const QuantizedPass pass(quantization ? &quantization->network() : nullptr);
  const DecomposeOutput out = module()->forward(data.inputs);
  return decompose_losses(out.correspondence, out.pose, data.inputs.points, {}, data.targets,
                          training.weights);
}

Expected<void> DecomposeTrainer::Impl::show_gradients() {
  if (hook == nullptr) {
    return {};
  }
  std::vector<NamedGradient> gradients;
  optimizer.list_gradients(gradients);
  return hook->see(step, gradients);
}

Expected<void> DecomposeTrainer::Impl::update_quantization(double rate) {
  if (!quantization) {
    return {};
  }
  quantization->update(step, rate, training.gradient_clip);
  return step + 1 == training.steps ? quantization->finish([] {}) : Expected<void>();
}

DecomposeTrainer::DecomposeTrainer(const DecomposeConfig& config, const DecomposeTraining& training,
                                   std::shared_ptr<ImageEncoder> encoder)
    : impl_(std::make_unique<Impl>(training,
                                   DecomposeNetwork::create(config, training.seed, std::move(encoder)))) {}

DecomposeTrainer::~DecomposeTrainer() = default;

Expected<void> DecomposeTrainer::start_from(DecomposeNetwork& network) {
  if (network.configuration() != impl_->network->configuration()) {
    return usage_error("The network to start from has another configuration than the one to train.");
  }
  copy_module(*network.impl().module, *impl_->network->impl().module);
  return {};
}

void DecomposeTrainer::freeze_norms() {
  impl_->frozen_norms = true;
}

Expected<void> DecomposeTrainer::quantize(const TrainingQuantization& how) {
  if (how.steps() != impl_->training.steps) {
    return usage_error("A quantized training has stages of " + std::to_string(impl_->training.steps) +
                       " steps in all.");
  }
  auto made = QuantizedTraining::create(*impl_->network->impl().module, how, [](torch::nn::Module& steps) {
    return std::make_unique<AveragedAdam>(steps, nullptr);
  });
  if (!made) {
    return made.error();
  }
  impl_->quantization = std::move(*made);
  return {};
}

Expected<PackedCheckpoint> DecomposeTrainer::packed(const std::string& training_json,
                                                    const std::string& label) const {
  return impl_->quantization->network().packed(impl_->network->content(training_json), label);
}

int DecomposeTrainer::step() const {
  return impl_->step;
}

Expected<StepReport> DecomposeTrainer::train(const std::vector<const DecomposeSample*>& batch) {
  Impl& self = *impl_;
  self.module()->train();
  if (self.frozen_norms) {
    hold_batch_norms(*self.module());
  }
  if (self.quantization) {
    if (auto begun = self.quantization->begin_step(self.step, [] {}); !begun) {
      return begun.error();
    }
  }
  self.optimizer.zero_gradients();
  Random augmentation(mix_seed(self.training.seed, self.step));
  const DecomposeLosses losses = self.losses(batch, &augmentation);
  const auto loss = losses.total(self.training.weights).mean();
  loss.backward();
  self.module()->eval();
  const torch::NoGradGuard no_gradient;
  if (auto shown = self.show_gradients(); !shown) {
    return shown.error();
  }
  const double norm = self.optimizer.clip_gradients(self.training.gradient_clip);
  if (!std::isfinite(norm) || !std::isfinite(loss.item<double>())) {
    return Error{ErrorCode::kFailed, "training: the loss or a gradient is not finite at step " +
                                         std::to_string(self.step) +
                                         "; lower the learning rate and resume from the last checkpoint."};
  }
  const double rate = self.training.rate.at(self.step) *
                      (self.quantization ? self.quantization->rate_factor(self.step) : 1.0);
  self.optimizer.step(self.step, rate, 0.0);
  if (auto updated = self.update_quantization(rate); !updated) {
    return updated.error();
  }
  ++self.step;
  return StepReport{named(losses), {{"learning_rate", rate}, {"gradient_norm", norm}}};
}

NamedValues DecomposeTrainer::evaluate(const std::vector<const DecomposeSample*>& batch) {
  const torch::NoGradGuard no_gradient;
  return named(impl_->losses(batch, nullptr));
}

void DecomposeTrainer::set_gradient_hook(GradientHook* hook) {
  impl_->hook = hook;
}

SafeTensors DecomposeTrainer::state() const {
  SafeTensors file;
  impl_->optimizer.put(file);
  if (impl_->quantization) {
    impl_->quantization->put(file);
  }
  put_tensor(file, "step", torch::full({1}, impl_->step, torch::kInt64));
  return file;
}

Expected<void> DecomposeTrainer::restore(const SafeTensors& file, const std::string& path) {
  const torch::NoGradGuard no_gradient;
  auto step = torch::zeros({1}, torch::kInt64);
  for (auto got : {impl_->optimizer.fill(file, path), get_tensor(file, "step", step, path)}) {
    if (!got) {
      return got;
    }
  }
  impl_->step = static_cast<int>(step.item<std::int64_t>());
  return impl_->quantization ? impl_->quantization->fill(file, impl_->step, path) : Expected<void>();
}

DecomposeNetwork& DecomposeTrainer::network() {
  return *impl_->network;
}
const DecomposeNetwork& DecomposeTrainer::network() const {
  return *impl_->network;
}

}  // namespace alidade
