// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/vit/encoder_trainer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "core/base/random.h"
#include "core/nn/torch/averaged_adam.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/seeded_modules.h"
#include "core/nn/vit/torch/vision_transformer.h"

namespace alidade {
namespace {

/// The two linear layers that the encoder is trained with.
struct EncoderHeadsImpl : torch::nn::Module {
  EncoderHeadsImpl(int dim, int categories) {
    patch = register_module("patch", torch::nn::Linear(dim, 4));
    category = register_module("category", torch::nn::Linear(dim, categories));
  }

  torch::nn::Linear patch{nullptr}, category{nullptr};
};
TORCH_MODULE(EncoderHeads);

struct TrainedEncoderImpl : torch::nn::Module {
  TrainedEncoderImpl(const VisionTransformerConfig& config, int categories) {
    encoder = register_module("encoder", VisionTransformer(config));
    heads = register_module("heads", EncoderHeads(config.dim, categories));
  }

  VisionTransformer encoder{nullptr};
  EncoderHeads heads{nullptr};
};
TORCH_MODULE(TrainedEncoder);

/// Both losses of a batch, as tensors.
struct EncoderLossTensors {
  torch::Tensor nocs, category;
};

EncoderLossTensors encoder_losses(TrainedEncoder& model, const EncoderBatch& batch) {
  // The tensors only view the batch, which outlives them.
  const auto view = [](const std::vector<float>& values, std::vector<std::int64_t> shape) {
    return torch::from_blob(const_cast<float*>(values.data()), shape);
  };
  const auto images = view(batch.planes, {batch.objects, 3, batch.size_px, batch.size_px});
  const auto target = view(batch.target, {batch.objects, batch.patches, 4});
  const auto weight = view(batch.weight, {batch.objects, batch.patches, 4});
  const auto tokens = model->encoder->norm->forward(model->encoder->forward(images));
  const auto told = model->heads->patch->forward(tokens.slice(1, tokens.size(1) - batch.patches)) + 0.5;
  const auto error = torch::smooth_l1_loss(told, target, torch::Reduction::None, 0.1);
  const auto patches = weight.select(2, 1).sum().clamp_min(1.0);  // y is told by every patch on an object
  const auto categories =
      torch::from_blob(const_cast<int*>(batch.categories.data()), {batch.objects}, torch::kInt32)
          .to(torch::kInt64);
  return {
      (error * weight).sum() / patches,
      torch::nn::functional::cross_entropy(model->heads->category->forward(tokens.select(1, 0)), categories)};
}

}  // namespace

struct EncoderTrainer::Impl {
  VisionTransformerConfig config;
  EncoderTrainerOptions options;
  TrainedEncoder model{nullptr}, average{nullptr};
  std::optional<AveragedAdam> optimizer;
  int step = 0;
  GradientHook* hook = nullptr;

  double learning_rate() const;
  void decay_weights(double rate);
};

double EncoderTrainer::Impl::learning_rate() const {
  const double warm = std::min(1.0, (step + 1.0) / std::max(1, options.warmup_steps));
  const double progress = static_cast<double>(step) / std::max(1, options.steps);
  return options.learning_rate * warm *
         (options.final_rate +
          (1.0 - options.final_rate) * 0.5 * (1.0 + std::cos(std::numbers::pi * progress)));
}

void EncoderTrainer::Impl::decay_weights(double rate) {
  for (auto& item : model->named_parameters()) {
    if (item.value().dim() > 1 && item.value().grad().defined() && item.key().ends_with(".weight")) {
      item.value().mul_(1.0 - rate * options.weight_decay);
    }
  }
}

EncoderTrainer::EncoderTrainer(const VisionTransformerConfig& config, const EncoderTrainerOptions& options)
    : impl_(std::make_unique<Impl>(Impl{config, options, nullptr, nullptr, {}})) {
  for (TrainedEncoder* model : {&impl_->model, &impl_->average}) {
    with_seed(options.seed, [&] { *model = TrainedEncoder(config, std::max(1, options.categories)); });
  }
  impl_->average->eval();
  impl_->optimizer.emplace(*impl_->model, impl_->average.get());
}

EncoderTrainer::~EncoderTrainer() = default;

int EncoderTrainer::step() const {
  return impl_->step;
}

void EncoderTrainer::set_gradient_hook(GradientHook* hook) {
  impl_->hook = hook;
}

Expected<EncoderLosses> EncoderTrainer::train(const std::vector<const EncoderSample*>& samples) {
  Impl& self = *impl_;
  for (const EncoderSample* sample : samples) {
    if (sample->category < 0 || sample->category >= self.options.categories) {
      return Error{ErrorCode::kInput, "training: a sample has a category that the training set does not."};
    }
  }
  self.optimizer->zero_gradients();
  Random random(mix_seed(self.options.seed, self.step));
  const EncoderBatch batch = make_encoder_batch(samples, self.options.size_px, self.config.patch,
                                                self.options.augmentation, &random);
  const auto parts = encoder_losses(self.model, batch);
  const auto loss = parts.nocs + self.options.category_weight * parts.category;
  loss.backward();
  const torch::NoGradGuard no_gradient;
  if (self.hook != nullptr) {
    std::vector<NamedGradient> gradients;
    self.optimizer->list_gradients(gradients);
    if (auto shown = self.hook->see(self.step, gradients); !shown) {
      return shown.error();
    }
  }
  EncoderLosses losses{parts.nocs.item<double>(), parts.category.item<double>(),
                       self.optimizer->clip_gradients(self.options.gradient_clip), self.learning_rate()};
  if (!std::isfinite(losses.gradient_norm) || !std::isfinite(loss.item<double>())) {
    return Error{ErrorCode::kFailed, "training: the loss or a gradient is not finite at step " +
                                         std::to_string(self.step) +
                                         "; lower the learning rate and resume from the last checkpoint."};
  }
  self.decay_weights(losses.learning_rate);
  self.optimizer->step(self.step, losses.learning_rate, self.options.ema_decay);
  ++self.step;
  return losses;
}

EncoderLosses EncoderTrainer::evaluate(const std::vector<const EncoderSample*>& samples) const {
  const torch::NoGradGuard no_gradient;
  const EncoderBatch batch = make_encoder_batch(samples, impl_->options.size_px, impl_->config.patch,
                                                impl_->options.augmentation, nullptr);
  const auto parts = encoder_losses(impl_->average, batch);
  return {parts.nocs.item<double>(), parts.category.item<double>(), 0.0, 0.0};
}

SafeTensors EncoderTrainer::state() const {
  SafeTensors file;
  impl_->optimizer->put(file);
  put_tensor(file, "step", torch::full({1}, impl_->step, torch::kInt64));
  return file;
}

Expected<void> EncoderTrainer::restore(const SafeTensors& file, const std::string& path) {
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

std::shared_ptr<ImageEncoder> EncoderTrainer::averaged() const {
  VisionTransformer model{nullptr};
  with_seed(0, [&] { model = VisionTransformer(impl_->config); });
  copy_module(*impl_->average->encoder, *model);
  return make_encoder(std::move(model), torch::kFloat32);
}

}  // namespace alidade
