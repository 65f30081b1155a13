// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/keypoint_trainer.h"

#include <cmath>
#include <utility>

#include "core/base/random.h"
#include "core/nn/keypoint/torch/keypoint_losses.h"
#include "core/nn/keypoint/torch/keypoint_modules.h"
#include "core/nn/quantization/torch/quantized_training.h"
#include "core/nn/torch/averaged_adam.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/momentum_sgd.h"

namespace alidade {
namespace {

NamedValues named_losses(const KeypointLosses& losses) {
  return {{"objectness", losses.objectness.item<double>()},
          {"keypoints", losses.keypoints.item<double>()},
          {"error_px", losses.error_px.item<double>()}};
}

std::unique_ptr<AveragedOptimizer> make_optimizer(const KeypointTraining& training, torch::nn::Module& model,
                                                  torch::nn::Module* average) {
  if (training.optimizer == KeypointOptimizer::kSgd) {
    return std::make_unique<MomentumSgd>(model, average, training.momentum, training.weight_decay);
  }
  return std::make_unique<AveragedAdam>(model, average);
}

std::unique_ptr<KeypointNetwork> average_of(const KeypointNetwork& network,
                                            const KeypointTraining& training) {
  return training.average_decay > 0.0 ? KeypointNetwork::create(network.config(), 0) : nullptr;
}

}  // namespace

struct KeypointTrainer::Impl {
  KeypointTraining training;
  std::unique_ptr<KeypointNetwork> network, average;  ///< null without an average
  std::unique_ptr<AveragedOptimizer> optimizer;
  std::unique_ptr<QuantizedTraining> quantization;  ///< null: float32
  GradientHook* hook = nullptr;
  int step = 0;

  Impl(std::unique_ptr<KeypointNetwork> start, const KeypointTraining& how)
      : training(how),
        network(std::move(start)),
        average(average_of(*network, how)),
        optimizer(
            make_optimizer(how, *network->impl().module, average ? average->impl().module.get() : nullptr)) {}

  KeypointNetwork& result() { return average ? *average : *network; }
  bool norms_are_live() const {
    return static_cast<double>(step) < training.live_norm_share * static_cast<double>(training.steps);
  }
  /// What a quantizer may look at: nothing of the network changes.
  void show(const std::vector<const KeypointSample*>& batch, Random* augmentation) const;
  Expected<void> update_quantization(const std::vector<const KeypointSample*>& batch, double rate);
  KeypointLosses losses(KeypointNetwork& used, const std::vector<const KeypointSample*>& batch,
                        Random* augmentation) const;
  Expected<void> show_gradients();
};

KeypointLosses KeypointTrainer::Impl::losses(KeypointNetwork& used,
                                             const std::vector<const KeypointSample*>& batch,
                                             Random* augmentation) const {
  const KeypointBatch data = make_keypoint_batch(used.config(), batch, training.augmentation, augmentation);
  return keypoint_losses(used.config(), used.impl().module->forward(data.images), data, training.loss);
}

void KeypointTrainer::Impl::show(const std::vector<const KeypointSample*>& batch,
                                 Random* augmentation) const {
  network->impl().module->eval();
  network->impl().module->forward(
      make_keypoint_batch(network->config(), batch, training.augmentation, augmentation).images);
}

Expected<void> KeypointTrainer::Impl::show_gradients() {
  if (hook == nullptr) {
    return {};
  }
  std::vector<NamedGradient> gradients;
  optimizer->list_gradients(gradients);
  return hook->see(step, gradients);
}

KeypointTrainer::KeypointTrainer(std::unique_ptr<KeypointNetwork> network, const KeypointTraining& training)
    : impl_(std::make_unique<Impl>(std::move(network), training)) {}

KeypointTrainer::~KeypointTrainer() = default;

Expected<void> KeypointTrainer::quantize(const TrainingQuantization& how) {
  Impl& self = *impl_;
  if (self.average || how.steps() != self.training.steps) {
    return usage_error("A quantized training has no average of the weights, and stages of " +
                       std::to_string(self.training.steps) + " steps in all.");
  }
  auto made = QuantizedTraining::create(*self.network->impl().module, how,
                                        [&](torch::nn::Module& steps) -> std::unique_ptr<AveragedOptimizer> {
                                          KeypointTraining without_decay = self.training;
                                          without_decay.weight_decay = 0.0;
                                          return make_optimizer(without_decay, steps, nullptr);
                                        });
  if (!made) {
    return made.error();
  }
  self.quantization = std::move(*made);
  return {};
}

Expected<void> KeypointTrainer::Impl::update_quantization(const std::vector<const KeypointSample*>& batch,
                                                          double rate) {
  quantization->update(step, rate, training.gradient_clip);
  if (step + 1 < training.steps) {
    return {};
  }
  if (auto finished = quantization->finish([&] { show(batch, nullptr); }); !finished) {
    return finished;
  }
  return network->set_inputs(quantization->network().inputs());
}

Expected<PackedCheckpoint> KeypointTrainer::packed(const std::string& training_json,
                                                   const std::string& label) const {
  return impl_->quantization->network().packed(impl_->network->content(training_json), label);
}

int KeypointTrainer::step() const {
  return impl_->step;
}

Expected<StepReport> KeypointTrainer::train(const std::vector<const KeypointSample*>& batch) {
  Impl& self = *impl_;
  auto& module = *self.network->impl().module;
  const std::uint64_t seed = mix_seed(self.training.seed, self.step);
  if (self.quantization) {
    Random shown(seed);
    if (auto begun = self.quantization->begin_step(self.step, [&] { self.show(batch, &shown); }); !begun) {
      return begun.error();
    }
  }
  const bool live = self.norms_are_live();
  freeze_norms(module, !live);
  module.train();
  self.optimizer->zero_gradients();
  Random augmentation(seed);
  const KeypointLosses losses = self.losses(*self.network, batch, &augmentation);
  const auto loss = losses.total(self.training.loss);
  loss.backward();
  module.eval();
  const torch::NoGradGuard no_gradient;
  if (auto shown = self.show_gradients(); !shown) {
    return shown.error();
  }
  const double norm = self.optimizer->clip_gradients(self.training.gradient_clip);
  if (!std::isfinite(norm) || !std::isfinite(loss.item<double>())) {
    return Error{ErrorCode::kFailed, "training: the loss or a gradient is not finite at step " +
                                         std::to_string(self.step) +
                                         "; lower the learning rate and resume from the last checkpoint."};
  }
  const double rate = self.training.rate.at(self.step) *
                      (self.quantization ? self.quantization->rate_factor(self.step) : 1.0);
  self.optimizer->step(self.step, rate, self.training.average_decay);
  if (self.quantization) {
    if (auto updated = self.update_quantization(batch, rate); !updated) {
      return updated.error();
    }
  }
  ++self.step;
  return StepReport{named_losses(losses),
                    {{"learning_rate", rate}, {"gradient_norm", norm}, {"live_norm", live ? 1.0 : 0.0}}};
}

NamedValues KeypointTrainer::evaluate(const std::vector<const KeypointSample*>& batch) {
  const torch::NoGradGuard no_gradient;
  return named_losses(impl_->losses(impl_->result(), batch, nullptr));
}

void KeypointTrainer::set_gradient_hook(GradientHook* hook) {
  impl_->hook = hook;
}

SafeTensors KeypointTrainer::state() const {
  SafeTensors file;
  impl_->optimizer->put(file);
  if (impl_->quantization) {
    impl_->quantization->put(file);
  }
  put_tensor(file, "step", torch::full({1}, impl_->step, torch::kInt64));
  return file;
}

Expected<void> KeypointTrainer::restore(const SafeTensors& file, const std::string& path) {
  const torch::NoGradGuard no_gradient;
  auto step = torch::zeros({1}, torch::kInt64);
  for (auto got : {impl_->optimizer->fill(file, path), get_tensor(file, "step", step, path)}) {
    if (!got) {
      return got;
    }
  }
  impl_->step = static_cast<int>(step.item<std::int64_t>());
  if (impl_->quantization) {
    return impl_->quantization->fill(file, impl_->step, path);
  }
  return {};
}

KeypointNetwork& KeypointTrainer::network() {
  return impl_->result();
}
const KeypointNetwork& KeypointTrainer::network() const {
  return impl_->result();
}

}  // namespace alidade
