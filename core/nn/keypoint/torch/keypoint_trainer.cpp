// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/keypoint_trainer.h"

#include <cmath>
#include <utility>

#include "core/base/random.h"
#include "core/nn/keypoint/torch/keypoint_losses.h"
#include "core/nn/keypoint/torch/keypoint_modules.h"
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

int KeypointTrainer::step() const {
  return impl_->step;
}

Expected<StepReport> KeypointTrainer::train(const std::vector<const KeypointSample*>& batch) {
  Impl& self = *impl_;
  auto& module = *self.network->impl().module;
  const bool live = self.norms_are_live();
  freeze_norms(module, !live);
  module.train();
  self.optimizer->zero_gradients();
  Random augmentation(mix_seed(self.training.seed, self.step));
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
  const double rate = self.training.rate.at(self.step);
  self.optimizer->step(self.step, rate, self.training.average_decay);
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
  return {};
}

KeypointNetwork& KeypointTrainer::network() {
  return impl_->result();
}
const KeypointNetwork& KeypointTrainer::network() const {
  return impl_->result();
}

}  // namespace alidade
