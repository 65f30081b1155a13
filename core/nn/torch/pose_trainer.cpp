// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_trainer.h"

#include <cmath>
#include <numbers>
#include <optional>

#include "core/base/random.h"
#include "core/nn/torch/averaged_adam.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/pose_modules.h"
#include "core/nn/torch/training_batch.h"

namespace alidade {
namespace {

constexpr std::uint64_t kNoiseStream = 0x6e6f697365ULL;

}  // namespace

struct PoseTrainer::Impl {
  PoseNetworkConfig config;
  TrainerOptions options;
  PoseModel model{nullptr};
  PoseModel average{nullptr};
  std::optional<AveragedAdam> optimizer;
  int step = 0;

  torch::Tensor losses(PoseModel& net, const TrainingBatch& data, std::uint64_t noise_seed, bool joint,
                       StepLosses& out);
};

torch::Tensor PoseTrainer::Impl::losses(PoseModel& net, const TrainingBatch& data, std::uint64_t noise_seed,
                                        bool joint, StepLosses& out) {
  const auto features = net->encoder->forward(make_point_batch(config, data.cloud_pointers()));
  const auto output = net->regression->forward(features);
  const auto R = rotations_from_sixd(output.slice(1, 0, 6), config.sixd_order);
  const auto rotation = rotation_errors(R.unsqueeze(1), data.target).mean();
  const auto offset = output.slice(1, 6, 9) / config.translation_scale - data.target.translation;
  const auto translation = (offset.square().sum(1) + 1e-10).sqrt().mean();
  auto loss = rotation + options.translation_weight * translation;
  out.rotation = rotation.item<double>();
  out.translation = translation.item<double>();
  if (config.size_head) {
    const auto size = (output.slice(1, 9, 12) - data.target.log_size).abs().mean();
    loss = loss + options.size_weight * size;
    out.size = size.item<double>();
  }
  if (joint) {
    // Without weight the head is left out of the graph, not multiplied by zero: its moments stay untouched.
    loss = options.joint_regression_weight > 0.0 ? options.joint_regression_weight * loss : torch::zeros({});
    Random random(noise_seed);
    const auto noise =
        draw_noise(config, static_cast<std::int64_t>(data.clouds.size()), options.noise_draws, random);
    const auto x0 = clean_state(config, data.target).unsqueeze(1);
    const auto score =
        net->score_loss(net->score_head->project(features), x0, noise.z, noise.sigma, noise.time).mean();
    loss = loss + score;
    out.score = score.item<double>();
  }
  return loss;
}

PoseTrainer::PoseTrainer(const PoseNetworkConfig& config, const TrainerOptions& options)
    : impl_(std::make_unique<Impl>()) {
  impl_->config = config;
  impl_->options = options;
  torch::manual_seed(options.seed);
  impl_->model = PoseModel(config);
  impl_->average = PoseModel(config);
  impl_->optimizer.emplace(*impl_->model, *impl_->average);
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
  self.model->train();
  self.optimizer->zero_gradients();
  Random augmentation(mix_seed(self.options.seed, self.step));
  const TrainingBatch data = make_training_batch(batch, self.options, &augmentation);
  StepLosses losses;
  const bool joint = self.step >= self.options.pretrain_steps;
  const auto loss =
      self.losses(self.model, data, mix_seed(self.options.seed ^ kNoiseStream, self.step), joint, losses);
  loss.backward();
  const torch::NoGradGuard no_gradient;
  losses.gradient_norm = self.optimizer->clip_gradients(self.options.gradient_clip);
  losses.learning_rate = learning_rate(self.step);
  if (!std::isfinite(losses.gradient_norm) || !std::isfinite(loss.item<double>())) {
    return Error{ErrorCode::kFailed, "training: the loss or a gradient is not finite at step " +
                                         std::to_string(self.step) +
                                         "; lower the learning rate and resume from the last checkpoint."};
  }
  self.optimizer->step(self.step, losses.learning_rate, self.options.ema_decay);
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
  return {};
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
  file.metadata["format"] = kCheckpointFormat;
  file.metadata["config"] = to_json(network.config());
  file.metadata["training"] = training_json;
  return write_safetensors(path, file);
}

}  // namespace alidade
