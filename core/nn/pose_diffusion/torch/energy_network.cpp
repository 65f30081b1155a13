// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/energy_network.h"

#include <algorithm>
#include <utility>

#include "core/base/random.h"
#include "core/nn/pose_diffusion/pose_parts.h"
#include "core/nn/pose_diffusion/torch/energy_modules.h"
#include "core/nn/pose_diffusion/torch/pose_losses.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/module_parameters.h"
#include "core/nn/torch/seeded_modules.h"

namespace alidade {
namespace {

std::unique_ptr<EnergyNetwork> fresh(const PoseNetworkConfig& config, std::uint64_t seed) {
  auto impl = std::make_unique<EnergyNetwork::Impl>();
  impl->config = config;
  with_seed(seed, [&] { impl->model = EnergyModel(config); });
  impl->model->eval();
  return std::make_unique<EnergyNetwork>(std::move(impl));
}

}  // namespace

EnergyModelImpl::EnergyModelImpl(const PoseNetworkConfig& network_config) : config(network_config) {
  encoder = register_module("encoder", PoseEncoder(config));
  head = register_module("head", ScoreHead(config));
  data_variance = register_buffer("data_variance", pose_data_variance(config));
}

torch::Tensor EnergyModelImpl::energy(const torch::Tensor& projected, const torch::Tensor& x,
                                      const torch::Tensor& sigma, const torch::Tensor& time) {
  torch::Tensor terms;
  if (config.precondition) {
    const auto total = sigma * sigma + data_variance;
    const auto output = head->forward(projected, x / total.sqrt(), time);
    terms = (data_variance / total).sqrt() * x * output / sigma - x.square() / (2.0 * total);
  } else {
    terms = x * head->forward(projected, x, time) / (sigma + 1e-7);
  }
  return torch::stack({terms.slice(-1, 0, 6).sum(-1), terms.slice(-1, 6, 9).sum(-1)}, -1);
}

EnergyNetwork::EnergyNetwork(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EnergyNetwork::~EnergyNetwork() = default;

std::unique_ptr<EnergyNetwork> EnergyNetwork::create(PoseNetwork& pose_network, std::uint64_t seed) {
  auto network = fresh(pose_network.config(), seed);
  copy_module(*pose_network.impl().model->encoder, *network->impl().model->encoder);
  return network;
}

Expected<std::unique_ptr<EnergyNetwork>> EnergyNetwork::load(const std::filesystem::path& path) {
  const auto file = read_checkpoint(path, kArchitecture);
  if (!file) {
    return file.error();
  }
  return open(*file);
}

Expected<std::unique_ptr<EnergyNetwork>> EnergyNetwork::open(const CheckpointFile& file) {
  const auto config = checkpoint_config(file);
  if (!config) {
    return config.error();
  }
  auto network = fresh(*config, 0);
  if (auto filled = fill_network(*network->impl().model, file); !filled) {
    return filled.error();
  }
  network->origin_ = file.origin();
  return network;
}

const PoseNetworkConfig& EnergyNetwork::config() const {
  return impl_->config;
}
std::string EnergyNetwork::state_digest() const {
  return module_digest(*impl_->model);
}
FrameLayers EnergyNetwork::needs() const {
  return {.color = false, .depth = true, .masks = true, .nocs = false};
}
std::vector<ParameterInfo> EnergyNetwork::parameters() const {
  return module_parameters(*impl_->model);
}
Expected<std::vector<float>> EnergyNetwork::parameter_values(const std::string& parameter) const {
  return module_values(*impl_->model, parameter);
}
Expected<void> EnergyNetwork::set_parameter_values(const std::string& parameter,
                                                   std::span<const float> values) {
  return set_module_values(*impl_->model, parameter, values);
}

std::vector<ParameterSet> EnergyNetwork::modules() const {
  return parameter_sets(parameters(), {{"encoder", {"encoder"}}, {"head", {"head"}}});
}

std::vector<ParameterSet> EnergyNetwork::blocks() const {
  auto rules = encoder_blocks();
  for (PartRule& rule : score_head_blocks("head")) {
    rules.push_back(std::move(rule));
  }
  return parameter_sets(parameters(), rules);
}

Expected<std::unique_ptr<ModelExample>> EnergyNetwork::example(const Frame& frame, std::size_t position,
                                                               std::uint64_t seed) const {
  return pose_example(frame, position, config().num_points, seed);
}

Expected<BatchLoss> EnergyNetwork::loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                        ParameterValues* gradients) {
  const auto samples = pose_samples(batch, impl_->config.num_points);
  if (!samples) {
    return samples.error();
  }
  const TrainerOptions options;
  EnergyModel& model = impl_->model;
  const torch::AutoGradMode with_gradient(true);  // the score itself is one
  Random noise(seed);
  const TrainingBatch data = make_training_batch(*samples, options, nullptr);
  const auto projected =
      model->head->project(model->encoder->forward(make_point_batch(impl_->config, data.cloud_pointers())));
  const auto score = energy_score_loss(model, projected, data, options.noise_draws, noise);
  if (gradients != nullptr) {
    *gradients = module_gradients(*model, score);
  }
  const double value = score.item<double>();
  return BatchLoss{value, {{"score", value}}};
}

std::vector<std::array<double, 2>> EnergyNetwork::energies(const ObjectPoints& points,
                                                           std::span<const Rigid3> poses) {
  const torch::NoGradGuard no_gradient;
  const PoseNetworkConfig& config = impl_->config;
  const PointBatch batch = make_point_batch(config, {&points});
  const auto projected = impl_->model->head->project(impl_->model->encoder->forward(batch));
  const auto centroid = batch.centroids.accessor<float, 2>()[0];
  auto x = torch::empty({1, static_cast<std::int64_t>(poses.size()), 9});
  float* values = x.data_ptr<float>();
  for (const Rigid3& pose : poses) {
    const auto sixd = sixd_from_rotation(pose.R, config.sixd_order);
    for (int i = 0; i < 9; ++i) {
      *values++ =
          static_cast<float>(i < 6 ? sixd[i] : (pose.t[i - 6] - centroid[i - 6]) * config.translation_scale);
    }
  }
  const VeSde sde{config.sigma_min, config.sigma_max};
  const auto energy = impl_->model
                          ->energy(projected, x, torch::full({1, 1, 1}, sde.sigma(sde.epsilon)),
                                   torch::full({1, 1}, sde.epsilon))
                          .to(torch::kFloat64)
                          .contiguous();
  std::vector<std::array<double, 2>> out(poses.size());
  std::copy_n(energy.data_ptr<double>(), 2 * out.size(), out.empty() ? nullptr : out.front().data());
  return out;
}

Expected<void> save_energy_checkpoint(EnergyNetwork& network, const std::filesystem::path& path,
                                      const std::string& training_json) {
  return save_network(network, *network.impl().model, path, training_json);
}

}  // namespace alidade
