// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/energy_trainer.h"

#include <cmath>
#include <numbers>
#include <optional>

#include "core/base/random.h"
#include "core/nn/pose_diffusion/torch/energy_modules.h"
#include "core/nn/pose_diffusion/torch/pose_losses.h"
#include "core/nn/pose_diffusion/torch/training_batch.h"
#include "core/nn/torch/averaged_adam.h"
#include "core/nn/torch/checkpoint.h"

namespace alidade {
namespace {

constexpr std::uint64_t kEnergyNoiseStream = 0x656e65726779ULL;
constexpr int kCandidateSteps = 10;
// Pairs that differ by less are no preference: measurement noise of an error near zero.
constexpr double kLeastRotation = 0.5 * std::numbers::pi / 180.0;
constexpr double kLeastTranslation_m = 0.001;

/// Unguided samples of the pose network for a batch [B, S, 9]: DDIM in exponential form on a grid linear in
/// t, as core/diffusion has it for one object.
torch::Tensor draw_candidates(PoseModel& model, const PointBatch& points, std::int64_t objects,
                              std::int64_t count, Random& random) {
  const VeSde sde{model->config.sigma_min, model->config.sigma_max};
  const auto projected = model->score_head->project(model->encoder->forward(points));
  auto x = torch::empty({objects, count, 9});
  fill_normal(x, random);
  x = x * sde.sigma(1.0);
  const auto time = [&](int i) { return 1.0 + (sde.epsilon - 1.0) * i / kCandidateSteps; };
  for (int i = 0; i < kCandidateSteps; ++i) {
    const double sigma = sde.sigma(time(i)), next = sde.sigma(time(i + 1));
    const auto score =
        model->score(projected, x, torch::full({1, 1, 1}, sigma), torch::full({1, 1}, time(i)));
    x = x + sigma * (sigma - next) * score;
  }
  return x;
}

/// Logistic loss over the ordered pairs of each object: the smaller error shall have the higher energy.
torch::Tensor ranking_loss(const torch::Tensor& energy, const torch::Tensor& error, double least) {
  const auto energy_gap = energy.unsqueeze(2) - energy.unsqueeze(1);
  const auto error_gap = error.unsqueeze(1) - error.unsqueeze(2);
  const auto counts = (error_gap > least).to(torch::kFloat32);
  return (torch::softplus(-energy_gap) * counts).sum() / counts.sum().clamp_min(1.0);
}

}  // namespace

struct EnergyTrainer::Impl {
  PoseNetwork& pose_network;
  EnergyTrainerOptions options;
  std::unique_ptr<EnergyNetwork> network, average;
  std::optional<AveragedAdam> optimizer;
  int step = 0;
  GradientHook* hook = nullptr;

  EnergyModel& model() { return network->impl().model; }
  double learning_rate() const;
  torch::Tensor ranking(const torch::Tensor& projected, const TrainingBatch& data,
                        const torch::Tensor& candidates, EnergyLosses& out);
};

double EnergyTrainer::Impl::learning_rate() const {
  const TrainerOptions& o = options.common;
  const double warm = std::min(1.0, (step + 1.0) / std::max(1, o.warmup_steps));
  const double progress = static_cast<double>(step) / std::max(1, options.steps);
  return o.learning_rate * warm *
         (o.final_rate + (1.0 - o.final_rate) * 0.5 * (1.0 + std::cos(std::numbers::pi * progress)));
}

torch::Tensor EnergyTrainer::Impl::ranking(const torch::Tensor& projected, const TrainingBatch& data,
                                           const torch::Tensor& candidates, EnergyLosses& out) {
  const auto& config = network->config();
  const VeSde sde{config.sigma_min, config.sigma_max};
  const double sigma = sde.sigma(sde.epsilon);
  const auto energy = sigma * model()->energy(projected, candidates, torch::full({1, 1, 1}, sigma),
                                              torch::full({1, 1}, sde.epsilon));
  const auto R = rotations_from_sixd(candidates.slice(2, 0, 6), config.sixd_order);
  const auto rotation = rotation_errors(R, data.target);
  const auto translation =
      (candidates.slice(2, 6, 9) / config.translation_scale - data.target.translation.unsqueeze(1))
          .norm(2, -1);
  const auto rank_rotation = ranking_loss(energy.select(2, 0), rotation, kLeastRotation);
  const auto rank_translation = ranking_loss(energy.select(2, 1), translation, kLeastTranslation_m);
  out.rank_rotation = rank_rotation.item<double>();
  out.rank_translation = rank_translation.item<double>();
  return rank_rotation + rank_translation;
}

EnergyTrainer::EnergyTrainer(PoseNetwork& pose_network, const EnergyTrainerOptions& options)
    : impl_(std::make_unique<Impl>(Impl{pose_network, options, {}, {}, {}})) {
  impl_->network = EnergyNetwork::create(pose_network, options.common.seed);
  impl_->average = EnergyNetwork::create(pose_network, options.common.seed);
  impl_->average->impl().model->eval();
  impl_->optimizer.emplace(*impl_->model(), impl_->average->impl().model.get());
}

EnergyTrainer::~EnergyTrainer() = default;

int EnergyTrainer::step() const {
  return impl_->step;
}

Expected<EnergyLosses> EnergyTrainer::train(const std::vector<const TrainingSample*>& batch) {
  Impl& self = *impl_;
  const TrainerOptions& common = self.options.common;
  self.model()->train();
  self.optimizer->zero_gradients();
  Random augmentation(mix_seed(common.seed, self.step));
  Random noise(mix_seed(common.seed ^ kEnergyNoiseStream, self.step));
  const TrainingBatch data = make_training_batch(batch, common, &augmentation);
  const PointBatch points = make_point_batch(self.network->config(), data.cloud_pointers());
  torch::Tensor candidates;
  {
    const torch::NoGradGuard no_gradient;
    candidates = draw_candidates(self.pose_network.impl().model, points,
                                 static_cast<std::int64_t>(batch.size()), self.options.candidates, noise);
  }
  EnergyLosses losses;
  const auto projected = self.model()->head->project(self.model()->encoder->forward(points));
  const auto score = energy_score_loss(self.model(), projected, data, common.noise_draws, noise);
  const auto loss = score + self.options.rank_weight * self.ranking(projected, data, candidates, losses);
  loss.backward();
  const torch::NoGradGuard no_gradient;
  losses.score = score.item<double>();
  if (self.hook != nullptr) {
    std::vector<NamedGradient> gradients;
    self.optimizer->list_gradients(gradients);
    if (auto shown = self.hook->see(self.step, gradients); !shown) {
      return shown.error();
    }
  }
  losses.gradient_norm = self.optimizer->clip_gradients(common.gradient_clip);
  losses.learning_rate = self.learning_rate();
  if (!std::isfinite(losses.gradient_norm) || !std::isfinite(loss.item<double>())) {
    return Error{ErrorCode::kFailed, "training: the loss or a gradient is not finite at step " +
                                         std::to_string(self.step) +
                                         "; lower the learning rate and resume from the last checkpoint."};
  }
  self.optimizer->step(self.step, losses.learning_rate, common.ema_decay);
  ++self.step;
  return losses;
}

void EnergyTrainer::set_gradient_hook(GradientHook* hook) {
  impl_->hook = hook;
}

SafeTensors EnergyTrainer::state() const {
  SafeTensors file;
  impl_->optimizer->put(file);
  put_tensor(file, "step", torch::full({1}, impl_->step, torch::kInt64));
  return file;
}

Expected<void> EnergyTrainer::restore(const SafeTensors& file, const std::string& path) {
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

std::unique_ptr<EnergyNetwork> EnergyTrainer::averaged() const {
  auto network = EnergyNetwork::create(impl_->pose_network, 0);
  copy_module(*impl_->average->impl().model, *network->impl().model);
  return network;
}

}  // namespace alidade
