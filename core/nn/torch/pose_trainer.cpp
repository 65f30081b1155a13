// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_trainer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "core/base/random.h"
#include "core/nn/pose_diffusion/torch/pose_losses.h"
#include "core/nn/pose_diffusion/torch/pose_modules.h"
#include "core/nn/torch/averaged_adam.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/pretraining_heads.h"
#include "core/nn/torch/seeded_modules.h"
#include "core/nn/torch/training_batch.h"

namespace alidade {
namespace {

constexpr std::uint64_t kNoiseStream = 0x6e6f697365ULL;
constexpr char kHeadPrefix[] = "pretraining.";

}  // namespace

struct PoseTrainer::Impl {
  PoseNetworkConfig config;
  TrainerOptions options;
  PoseModel model{nullptr};
  PoseModel average{nullptr};
  std::optional<AveragedAdam> optimizer;
  // Where the encoder is pre-trained on something else than regression.
  PretrainingHead head{nullptr};
  std::optional<AveragedAdam> head_optimizer;
  int step = 0;

  /// Whether the next step is one of the pre-training with that head.
  bool uses_head() const { return head_optimizer.has_value() && step < options.pretrain_steps; }
  Expected<void> check_categories(const std::vector<const TrainingSample*>& batch) const;
  double clip_gradients();
  torch::Tensor step_loss(const TrainingBatch& data, StepLosses& out);
  torch::Tensor losses(PoseModel& net, const TrainingBatch& data, std::uint64_t noise_seed, bool joint,
                       StepLosses& out);
};

torch::Tensor PoseTrainer::Impl::losses(PoseModel& net, const TrainingBatch& data, std::uint64_t noise_seed,
                                        bool joint, StepLosses& out) {
  Random noise(noise_seed);
  const PoseLosses parts = pose_losses(net, data, options.noise_draws, joint ? &noise : nullptr);
  out.rotation = parts.rotation.item<double>();
  out.translation = parts.translation.item<double>();
  out.size = parts.size.defined() ? parts.size.item<double>() : 0.0;
  out.score = parts.score.defined() ? parts.score.item<double>() : 0.0;
  return total_loss(parts, options);
}

/// The loss of the next step. The heads that it does not train are left out of the graph: they stay as they
/// were made, so that joint training after such a pre-training starts with fresh ones.
torch::Tensor PoseTrainer::Impl::step_loss(const TrainingBatch& data, StepLosses& out) {
  if (!uses_head()) {
    return losses(model, data, mix_seed(options.seed ^ kNoiseStream, step), step >= options.pretrain_steps,
                  out);
  }
  const auto loss =
      head->loss(model->encoder->forward(make_point_batch(config, data.cloud_pointers())), data);
  out.pretraining = loss.item<double>();
  return loss;
}

Expected<void> PoseTrainer::Impl::check_categories(const std::vector<const TrainingSample*>& batch) const {
  if (!uses_head() || options.pretrain_objective != PretrainObjective::kClassification) {
    return {};
  }
  const bool known = std::all_of(batch.begin(), batch.end(), [this](const TrainingSample* sample) {
    return sample->category >= 0 && sample->category < options.categories;
  });
  return known ? Expected<void>()
               : Error{ErrorCode::kInput,
                       "pre-training by classification needs the category of every object; the training set "
                       "lacks some, pre-train by regression or reconstruction."};
}

/// One norm over everything that has a gradient.
double PoseTrainer::Impl::clip_gradients() {
  if (!uses_head()) {
    return optimizer->clip_gradients(options.gradient_clip);
  }
  const double norm = std::sqrt(optimizer->squared_gradient_norm() + head_optimizer->squared_gradient_norm());
  if (norm > options.gradient_clip) {
    optimizer->scale_gradients(options.gradient_clip / norm);
    head_optimizer->scale_gradients(options.gradient_clip / norm);
  }
  return norm;
}

PoseTrainer::PoseTrainer(const PoseNetworkConfig& config, const TrainerOptions& options)
    : impl_(std::make_unique<Impl>()) {
  impl_->config = config;
  impl_->options = options;
  with_seed(options.seed, [&] {
    impl_->model = PoseModel(config);
    impl_->average = PoseModel(config);
  });
  impl_->optimizer.emplace(*impl_->model, impl_->average.get());
  if (options.pretrain_objective != PretrainObjective::kRegression && options.pretrain_steps > 0) {
    // A seed of its own: the network starts with the weights that it has without this head.
    with_seed(mix_seed(options.seed, 1),
              [&] { impl_->head = PretrainingHead(config, options.pretrain_objective, options.categories); });
    impl_->head_optimizer.emplace(*impl_->head, nullptr);
  }
}

PoseTrainer::~PoseTrainer() = default;

int PoseTrainer::step() const {
  return impl_->step;
}

double PoseTrainer::learning_rate(int step) const {
  const TrainerOptions& o = impl_->options;
  double rate = o.learning_rate * std::min(1.0, (step + 1.0) / std::max(1, o.warmup_steps));
  if (step >= o.pretrain_steps && o.joint_steps > 0) {
    const double progress = static_cast<double>(step - o.pretrain_steps) / o.joint_steps;
    rate *= o.final_rate + (1.0 - o.final_rate) * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  }
  return rate;
}

Expected<StepLosses> PoseTrainer::train(const std::vector<const TrainingSample*>& batch) {
  Impl& self = *impl_;
  if (auto known = self.check_categories(batch); !known) {
    return known.error();
  }
  self.model->train();
  self.optimizer->zero_gradients();
  if (self.uses_head()) {
    self.head_optimizer->zero_gradients();
  }
  Random augmentation(mix_seed(self.options.seed, self.step));
  const TrainingBatch data = make_training_batch(batch, self.options, &augmentation);
  StepLosses losses;
  const auto loss = self.step_loss(data, losses);
  loss.backward();
  const torch::NoGradGuard no_gradient;
  losses.gradient_norm = self.clip_gradients();
  losses.learning_rate = learning_rate(self.step);
  if (!std::isfinite(losses.gradient_norm) || !std::isfinite(loss.item<double>())) {
    return Error{ErrorCode::kFailed, "training: the loss or a gradient is not finite at step " +
                                         std::to_string(self.step) +
                                         "; lower the learning rate and resume from the last checkpoint."};
  }
  self.optimizer->step(self.step, losses.learning_rate, self.options.ema_decay);
  if (self.uses_head()) {
    self.head_optimizer->step(self.step, losses.learning_rate, self.options.ema_decay);
  }
  ++self.step;
  return losses;
}

StepLosses PoseTrainer::evaluate(const std::vector<const TrainingSample*>& batch) {
  const torch::NoGradGuard no_gradient;
  impl_->average->eval();
  StepLosses losses;
  [[maybe_unused]] const auto total = impl_->losses(
      impl_->average, make_training_batch(batch, impl_->options, nullptr), kNoiseStream, true, losses);
  return losses;
}

SafeTensors PoseTrainer::state() const {
  SafeTensors file;
  impl_->optimizer->put(file);
  if (impl_->uses_head()) {
    impl_->head_optimizer->put(file, kHeadPrefix);
  }
  put_tensor(file, "step", torch::full({1}, impl_->step, torch::kInt64));
  return file;
}

Expected<void> PoseTrainer::restore(const SafeTensors& file, const std::string& path) {
  const torch::NoGradGuard no_gradient;
  auto step = torch::zeros({1}, torch::kInt64);
  for (auto got : {impl_->optimizer->fill(file, path), get_tensor(file, "step", step, path)}) {
    if (!got) {
      return got;
    }
  }
  impl_->step = static_cast<int>(step.item<std::int64_t>());
  return impl_->uses_head() ? impl_->head_optimizer->fill(file, path, kHeadPrefix) : Expected<void>();
}

std::unique_ptr<PoseNetwork> PoseTrainer::averaged() const {
  auto network = PoseNetwork::create(impl_->config, 0);
  SafeTensors copy;
  put_module(copy, *impl_->average, "");
  const torch::NoGradGuard no_gradient;
  [[maybe_unused]] const auto filled = fill_module(*network->impl().model, copy, "", "memory");
  network->impl().model->eval();
  return network;
}

Expected<void> save_checkpoint(PoseNetwork& network, const std::filesystem::path& path,
                               const std::string& training_json) {
  SafeTensors file;
  put_module(file, *network.impl().model, "");
  file.metadata["format"] = network.architecture();
  file.metadata["config"] = network.configuration();
  file.metadata["training"] = training_json;
  return write_safetensors(path, file);
}

}  // namespace alidade
