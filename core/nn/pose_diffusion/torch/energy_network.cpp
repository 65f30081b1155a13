// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/energy_network.h"

#include "core/base/sha256.h"
#include "core/nn/pose_diffusion/torch/energy_modules.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/seeded_modules.h"

namespace alidade {
namespace {

constexpr char kEnergyFormat[] = "alidade-energy-network/1";

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
  const torch::NoGradGuard no_gradient;
  SafeTensors copy;
  put_module(copy, *pose_network.impl().model->encoder, "");
  // The same modules with the same names: nothing can be missing.
  [[maybe_unused]] const auto filled = fill_module(*network->impl().model->encoder, copy, "", "memory");
  return network;
}

Expected<std::unique_ptr<EnergyNetwork>> EnergyNetwork::load(const std::filesystem::path& path) {
  auto file = read_network_file(path, kEnergyFormat);
  if (!file) {
    return file.error();
  }
  auto network = fresh(file->config, 0);
  if (auto filled = fill_module(*network->impl().model, file->tensors, "", path.string()); !filled) {
    return filled.error();
  }
  network->impl().checkpoint_name = path.filename().string();
  network->impl().checkpoint_sha256 = file->sha256;
  return network;
}

const PoseNetworkConfig& EnergyNetwork::config() const {
  return impl_->config;
}
const std::string& EnergyNetwork::checkpoint_name() const {
  return impl_->checkpoint_name;
}
const std::string& EnergyNetwork::checkpoint_sha256() const {
  return impl_->checkpoint_sha256;
}

std::int64_t EnergyNetwork::num_parameters() const {
  std::int64_t count = 0;
  for (const auto& parameter : impl_->model->parameters()) {
    count += parameter.numel();
  }
  return count;
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
  SafeTensors file;
  put_module(file, *network.impl().model, "");
  file.metadata["format"] = kEnergyFormat;
  file.metadata["config"] = to_json(network.config());
  file.metadata["training"] = training_json;
  return write_safetensors(path, file);
}

}  // namespace alidade
