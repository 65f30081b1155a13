// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/pose_network.h"

#include "core/nn/pose_diffusion/torch/network_field.h"
#include "core/nn/pose_diffusion/torch/pose_modules.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/seeded_modules.h"

namespace alidade {
namespace {

Eigen::Vector3d extent_about(const ObjectPoints& points, const Rigid3& cam_from_obj) {
  // GenPose's rule: twice the largest object coordinate on each axis.
  Eigen::Vector3d largest = Eigen::Vector3d::Zero();
  for (const auto& p : points) {
    largest = largest.cwiseMax((cam_from_obj.R.transpose() * (p.cast<double>() - cam_from_obj.t)).cwiseAbs());
  }
  return 2.0 * largest;
}

}  // namespace

PoseNetwork::PoseNetwork(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PoseNetwork::~PoseNetwork() = default;

std::unique_ptr<PoseNetwork> PoseNetwork::create(const PoseNetworkConfig& config, std::uint64_t seed) {
  auto impl = std::make_unique<Impl>();
  impl->config = config;
  with_seed(seed, [&] { impl->model = PoseModel(config); });
  impl->model->eval();
  return std::make_unique<PoseNetwork>(std::move(impl));
}

Expected<std::unique_ptr<PoseNetwork>> PoseNetwork::load(const std::filesystem::path& path) {
  auto file = read_network_file(path, kCheckpointFormat);
  if (!file) {
    return file.error();
  }
  auto network = create(file->config, 0);
  if (auto filled = fill_module(*network->impl().model, file->tensors, "", path.string()); !filled) {
    return filled.error();
  }
  network->impl().checkpoint_name = path.filename().string();
  network->impl().checkpoint_sha256 = file->sha256;
  network->impl().metadata = file->training;
  return network;
}

const PoseNetworkConfig& PoseNetwork::config() const {
  return impl_->config;
}
VeSde PoseNetwork::sde() const {
  return {impl_->config.sigma_min, impl_->config.sigma_max};
}
const std::string& PoseNetwork::checkpoint_name() const {
  return impl_->checkpoint_name;
}
const std::string& PoseNetwork::checkpoint_sha256() const {
  return impl_->checkpoint_sha256;
}
const std::string& PoseNetwork::metadata() const {
  return impl_->metadata;
}

std::int64_t PoseNetwork::num_parameters() const {
  std::int64_t count = 0;
  for (const auto& parameter : impl_->model->parameters()) {
    count += parameter.numel();
  }
  return count;
}

std::shared_ptr<const PoseNetwork::Features> PoseNetwork::encode(const ObjectPoints& points) {
  const torch::NoGradGuard no_gradient;
  const PointBatch batch = make_point_batch(impl_->config, {&points});
  auto features = std::make_shared<Features>();
  features->features = impl_->model->encoder->forward(batch);
  features->projected = impl_->model->score_head->project(features->features);
  for (int d = 0; d < 3; ++d) {
    features->centroid[d] = batch.centroids.data_ptr<float>()[d];
  }
  features->points = points;
  return features;
}

std::vector<float> PoseNetwork::values(const Features& features) const {
  const auto plain = features.features.contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

Rigid3 PoseNetwork::regress(const Features& features, Eigen::Vector3d* size) {
  const torch::NoGradGuard no_gradient;
  const auto output = impl_->model->regression->forward(features.features).to(torch::kFloat64).contiguous();
  const double* values = output.data_ptr<double>();
  const Rigid3 pose = states(features).decode(values);
  if (size) {
    *size = impl_->config.size_head
                ? Eigen::Vector3d(Eigen::Vector3d(values[9], values[10], values[11]).array().exp() / 10.0)
                : extent_about(features.points, pose);
  }
  return pose;
}

std::unique_ptr<ScoreField> PoseNetwork::score_field(std::shared_ptr<const Features> features) {
  return std::make_unique<NetworkScoreField>(*impl_, std::move(features));
}

PoseStates PoseNetwork::states(const Features& features) const {
  return {impl_->config.sixd_order, impl_->config.translation_scale, features.centroid};
}

}  // namespace alidade
