// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/pose_network.h"

#include <utility>

#include "core/base/random.h"
#include "core/nn/pose_diffusion/pose_parts.h"
#include "core/nn/pose_diffusion/torch/network_field.h"
#include "core/nn/pose_diffusion/torch/pose_losses.h"
#include "core/nn/pose_diffusion/torch/pose_modules.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/module_parameters.h"
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

/// The scalar that an aspect's gradients are of; undefined for a part that there is not.
torch::Tensor looked_at(const PoseLosses& losses, const TrainerOptions& options, const LossAspect& aspect) {
  if (aspect.is_whole()) {
    return total_loss(losses, options);
  }
  const double regression =
      losses.score.defined() ? options.joint_regression_weight : 1.0;  // as total_loss weighs it
  if (aspect.part.empty() || aspect.part == "score") {
    return losses.score;
  }
  if (aspect.part == "rotation") {
    return regression * losses.rotation;
  }
  if (aspect.part == "translation") {
    return regression * options.translation_weight * losses.translation;
  }
  return aspect.part == "size" && losses.size.defined() ? regression * options.size_weight * losses.size
                                                        : torch::Tensor();
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
  const auto file = read_checkpoint(path, kArchitecture);
  if (!file) {
    return file.error();
  }
  return open(*file);
}

Expected<std::unique_ptr<PoseNetwork>> PoseNetwork::open(const CheckpointFile& file) {
  const auto config = checkpoint_config(file);
  if (!config) {
    return config.error();
  }
  auto network = create(*config, 0);
  if (auto filled = fill_network(*network->impl().model, file); !filled) {
    return filled.error();
  }
  network->origin_ = file.origin();
  return network;
}

const PoseNetworkConfig& PoseNetwork::config() const {
  return impl_->config;
}
VeSde PoseNetwork::sde() const {
  return {impl_->config.sigma_min, impl_->config.sigma_max};
}
FrameLayers PoseNetwork::needs() const {
  return {.color = false, .depth = true, .masks = true, .nocs = false};
}
std::vector<ParameterInfo> PoseNetwork::parameters() const {
  return module_parameters(*impl_->model);
}
Expected<std::vector<float>> PoseNetwork::parameter_values(const std::string& parameter) const {
  return module_values(*impl_->model, parameter);
}
Expected<void> PoseNetwork::set_parameter_values(const std::string& parameter,
                                                 std::span<const float> values) {
  return set_module_values(*impl_->model, parameter, values);
}

std::vector<ParameterSet> PoseNetwork::modules() const {
  return parameter_sets(
      parameters(),
      {{"encoder", {"encoder"}}, {"regression", {"regression"}}, {"score_head", {"score_head"}}});
}

std::vector<ParameterSet> PoseNetwork::blocks() const {
  auto rules = encoder_blocks();
  rules.push_back({"regression", {"regression"}});
  for (PartRule& rule : score_head_blocks("score_head")) {
    rules.push_back(std::move(rule));
  }
  return parameter_sets(parameters(), rules);
}

Expected<std::unique_ptr<ModelExample>> PoseNetwork::example(const Frame& frame, std::size_t position,
                                                             std::uint64_t seed) const {
  return pose_example(frame, position, config().num_points, seed);
}

Expected<BatchLoss> PoseNetwork::loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                      ParameterValues* gradients) {
  return aspect_loss(batch, seed, {}, gradients);
}

std::vector<std::string> PoseNetwork::loss_parts() const {
  return config().size_head ? std::vector<std::string>{"rotation", "translation", "size", "score"}
                            : std::vector<std::string>{"rotation", "translation", "score"};
}

std::string PoseNetwork::state_digest() const {
  return module_digest(*impl_->model);
}

Expected<BatchLoss> PoseNetwork::aspect_loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                             const LossAspect& aspect, ParameterValues* gradients) {
  const auto samples = pose_samples(batch, impl_->config.num_points);
  if (!samples) {
    return samples.error();
  }
  const TrainerOptions options;
  const torch::AutoGradMode mode(gradients != nullptr);
  Random noise(seed);
  const PoseLosses parts = pose_losses(impl_->model, make_training_batch(*samples, options, nullptr),
                                       options.noise_draws, &noise, aspect.times);
  const auto total = looked_at(parts, options, aspect);
  if (!total.defined()) {
    return Error{ErrorCode::kUsage, "the pose network has no loss \"" + aspect.part + "\"."};
  }
  BatchLoss out{
      total.item<double>(),
      {{"rotation", parts.rotation.item<double>()}, {"translation", parts.translation.item<double>()}}};
  if (parts.size.defined()) {
    out.parts.emplace_back("size", parts.size.item<double>());
  }
  out.parts.emplace_back("score", parts.score.item<double>());
  if (gradients != nullptr) {
    *gradients = module_gradients(*impl_->model, total);
  }
  return out;
}

Expected<ScoredObject> PoseNetwork::encode_object(const Frame& frame, std::size_t position, int num_points,
                                                  std::uint64_t seed) {
  auto points = object_points(frame, position, num_points > 0 ? num_points : config().num_points, seed);
  if (!points) {
    return points.error();
  }
  const auto features = encode(*points);
  ScoredObject object{score_field(features), sde(), states(*features), std::move(*points), {}, {}};
  object.regressed = regress(*features, &object.size);
  return object;
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
