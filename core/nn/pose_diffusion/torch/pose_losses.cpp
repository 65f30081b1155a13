// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/torch/pose_losses.h"

namespace alidade {

PoseLosses pose_losses(PoseModel& model, const TrainingBatch& data, int noise_draws, Random* noise,
                       const std::array<double, 2>& times) {
  const PoseNetworkConfig& config = model->config;
  PoseLosses out;
  const auto features = model->encoder->forward(make_point_batch(config, data.cloud_pointers()));
  const auto output = model->regression->forward(features);
  const auto R = rotations_from_sixd(output.slice(1, 0, 6), config.sixd_order);
  out.rotation = rotation_errors(R.unsqueeze(1), data.target).mean();
  const auto offset = output.slice(1, 6, 9) / config.translation_scale - data.target.translation;
  out.translation = (offset.square().sum(1) + 1e-10).sqrt().mean();
  if (config.size_head) {
    out.size = (output.slice(1, 9, 12) - data.target.log_size).abs().mean();
  }
  if (noise != nullptr) {
    const auto drawn =
        draw_noise(config, static_cast<std::int64_t>(data.clouds.size()), noise_draws, *noise, times);
    const auto x0 = clean_state(config, data.target).unsqueeze(1);
    out.score =
        model->score_loss(model->score_head->project(features), x0, drawn.z, drawn.sigma, drawn.time).mean();
  }
  return out;
}

torch::Tensor total_loss(const PoseLosses& losses, const TrainerOptions& options) {
  auto loss = losses.rotation + options.translation_weight * losses.translation;
  if (losses.size.defined()) {
    loss = loss + options.size_weight * losses.size;
  }
  if (!losses.score.defined()) {
    return loss;
  }
  return (options.joint_regression_weight > 0.0 ? options.joint_regression_weight * loss : torch::zeros({})) +
         losses.score;
}

torch::Tensor energy_score_loss(EnergyModel& model, const torch::Tensor& projected, const TrainingBatch& data,
                                int noise_draws, Random& noise) {
  const PoseNetworkConfig& config = model->config;
  const auto drawn = draw_noise(config, static_cast<std::int64_t>(data.clouds.size()), noise_draws, noise);
  const auto x0 = clean_state(config, data.target).unsqueeze(1);
  const auto x = (x0 + drawn.sigma * drawn.z).detach().requires_grad_(true);
  const auto energy = model->energy(projected, x, drawn.sigma, drawn.time).sum();
  const auto score = torch::autograd::grad({energy}, {x}, {}, true, true)[0];
  const auto residual = score * drawn.sigma + drawn.z;
  if (!config.precondition) {
    return residual.square().sum(-1).mean();
  }
  const auto& variance = model->data_variance;
  const auto total = drawn.sigma * drawn.sigma + variance;
  return (residual.square() * total / variance).sum(-1).mean();
}

}  // namespace alidade
