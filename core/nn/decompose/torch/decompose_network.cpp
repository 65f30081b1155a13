// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/decompose_network.h"

#include <optional>
#include <utility>

#include "core/nn/decompose/torch/decompose_losses.h"
#include "core/nn/decompose/torch/decompose_modules.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/module_parameters.h"
#include "core/nn/torch/seeded_modules.h"

namespace alidade {
namespace {

constexpr char kEncoderPrefix[] = "image_encoder.";

double mean_of(const torch::Tensor& losses) {
  return losses.mean().item<double>();
}

Rigid3 box_of(const torch::Tensor& R, const torch::Tensor& t) {
  Rigid3 box;
  for (int i = 0; i < 9; ++i) {
    box.R(i / 3, i % 3) = R.data_ptr<double>()[i];
  }
  box.t = Eigen::Map<const Eigen::Vector3d>(t.data_ptr<double>());
  return box;
}

/// The paper's weight for one part and 0 for the others; nothing for a part that there is not.
std::optional<DecomposeWeights> weights_of_part(const std::string& part) {
  const DecomposeWeights all;
  if (part.empty()) {
    return all;
  }
  DecomposeWeights one;
  one.main = part == "pose" ? all.main : 0.0;
  one.chamfer = part == "chamfer" ? all.chamfer : 0.0;
  one.diversity = part == "diversity" ? all.diversity : 0.0;
  one.reconstruction = part == "reconstruction" ? all.reconstruction : 0.0;
  one.nocs = part == "nocs" ? all.nocs : 0.0;
  const bool known = one.main + one.chamfer + one.diversity + one.reconstruction + one.nocs > 0.0;
  return known ? std::optional(one) : std::nullopt;
}

std::vector<PartRule> copies_of(const std::string& block, std::size_t copies) {
  std::vector<PartRule> rules;
  for (std::size_t i = 0; i < copies; ++i) {
    const std::string name = block + "." + std::to_string(i);
    rules.push_back({copies == 1 ? block : name, {name}});
  }
  return rules;
}

}  // namespace

DecomposeNetwork::DecomposeNetwork(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)), sampler_(std::make_unique<DecomposeSampler>(impl_->config, impl_->encoder)) {}
DecomposeNetwork::~DecomposeNetwork() = default;

std::unique_ptr<DecomposeNetwork> DecomposeNetwork::create(const DecomposeConfig& config, std::uint64_t seed,
                                                           std::shared_ptr<ImageEncoder> encoder) {
  auto impl = std::make_unique<Impl>();
  impl->config = config;
  impl->encoder = std::move(encoder);
  with_seed(seed, [&] { impl->module = DecomposeModule(config); });
  impl->module->eval();
  return std::make_unique<DecomposeNetwork>(std::move(impl));
}

Expected<std::unique_ptr<DecomposeNetwork>> DecomposeNetwork::open(const CheckpointFile& file) {
  const auto config = decompose_checkpoint_config(file);
  if (!config) {
    return config.error();
  }
  std::shared_ptr<ImageEncoder> encoder;
  CheckpointFile own{file.path, file.sha256, {}};
  if (config->color != ColorSource::kNone) {
    auto found = ImageEncoder::in_checkpoint(file, kEncoderPrefix);
    if (!found) {
      return found.error();
    }
    if ((*found)->dim() != config->image_width) {
      return input_error(file.path.string(), "metadata \"image_encoder\"",
                         "its features are " + std::to_string((*found)->dim()) + " wide, expected " +
                             std::to_string(config->image_width),
                         "train again with this version");
    }
    encoder = std::move(*found);
  }
  for (const auto& [name, entry] : file.content.tensors) {
    if (!name.starts_with(kEncoderPrefix)) {
      own.content.tensors.emplace(name, entry);
    }
  }
  auto network = create(*config, 0, std::move(encoder));
  if (auto filled = fill_network(*network->impl().module, own); !filled) {
    return filled.error();
  }
  network->origin_ = file.origin();
  return network;
}

Expected<void> DecomposeNetwork::save(const std::filesystem::path& path,
                                      const std::string& training_json) const {
  return write_safetensors(path, content(training_json));
}

SafeTensors DecomposeNetwork::content(const std::string& training_json) const {
  SafeTensors file = network_tensors(*this, *impl_->module, training_json);
  if (impl_->encoder != nullptr) {
    impl_->encoder->put(file, kEncoderPrefix);
  }
  return file;
}

const DecomposeConfig& DecomposeNetwork::config() const {
  return impl_->config;
}
const DecomposeSampler& DecomposeNetwork::sampler() const {
  return *sampler_;
}
FrameLayers DecomposeNetwork::needs() const {
  return {.color = config().color != ColorSource::kNone, .depth = true, .masks = true, .nocs = false};
}
std::vector<ParameterInfo> DecomposeNetwork::parameters() const {
  return module_parameters(*impl_->module);
}
Expected<std::vector<float>> DecomposeNetwork::parameter_values(const std::string& parameter) const {
  return module_values(*impl_->module, parameter);
}
Expected<void> DecomposeNetwork::set_parameter_values(const std::string& parameter,
                                                      std::span<const float> values) {
  return set_module_values(*impl_->module, parameter, values);
}

std::vector<ParameterSet> DecomposeNetwork::modules() const {
  std::vector<PartRule> rules;
  const DecomposeModuleImpl& all = *impl_->module;
  for (const auto& [block, copies] : {std::pair{std::string("backbone"), all.backbone->size()},
                                      {"correspondence", all.correspondence->size()},
                                      {"head", all.head->size()}}) {
    for (PartRule& rule : copies_of(block, copies)) {
      rules.push_back(std::move(rule));
    }
  }
  return parameter_sets(parameters(), rules);
}

std::vector<ParameterSet> DecomposeNetwork::blocks() const {
  return parameter_sets(
      parameters(), {{"backbone", {"backbone"}}, {"correspondence", {"correspondence"}}, {"head", {"head"}}});
}

Expected<std::unique_ptr<ModelExample>> DecomposeNetwork::example(const Frame& frame, std::size_t position,
                                                                  std::uint64_t seed) const {
  if (const auto group = group_of(config(), frame.instances.at(position).category); !group) {
    return group.error();
  }
  auto sample = sampler_->sample(frame, position, seed);
  if (!sample) {
    return sample.error();
  }
  return decompose_example(std::move(*sample));
}

Expected<BatchLoss> DecomposeNetwork::loss(std::span<const ModelExample* const> batch, std::uint64_t,
                                           ParameterValues* gradients) {
  return weighted_loss(batch, {}, gradients);
}

Expected<BatchLoss> DecomposeNetwork::aspect_loss(std::span<const ModelExample* const> batch, std::uint64_t,
                                                  const LossAspect& aspect, ParameterValues* gradients) {
  const auto weights = weights_of_part(aspect.part);
  if (!weights || aspect.times != LossAspect{}.times) {
    return Error{ErrorCode::kUsage, "DecomPose has no loss \"" + aspect.part + "\" and no diffusion times."};
  }
  return weighted_loss(batch, *weights, gradients);
}

std::vector<std::string> DecomposeNetwork::loss_parts() const {
  return {"pose", "chamfer", "diversity", "reconstruction", "nocs"};
}

ModelRouting DecomposeNetwork::routing(const std::vector<std::string>& categories) const {
  ModelRouting out;
  if (config().groups() < 2) {
    return out;
  }
  for (const std::string& category : categories) {
    const auto group = group_of(config(), category);
    if (!group) {
      return {};
    }
    out.branch.push_back(*group);
  }
  for (int g = 0; g < config().groups(); ++g) {
    const bool high = config().capacities[g] == BranchCapacity::kHigh;
    out.names.push_back((high ? "H " : "L ") + std::to_string(g + 1));
  }
  return out;
}

std::string DecomposeNetwork::state_digest() const {
  return module_digest(*impl_->module);
}

Expected<BatchLoss> DecomposeNetwork::weighted_loss(std::span<const ModelExample* const> batch,
                                                    const DecomposeWeights& weights,
                                                    ParameterValues* gradients) {
  const auto samples = decompose_samples(batch, config());
  if (!samples) {
    return samples.error();
  }
  const torch::AutoGradMode mode(gradients != nullptr);
  const DecomposeBatch data = make_decompose_batch(config(), *samples, {}, nullptr);
  const DecomposeOutput out = impl_->module->forward(data.inputs);
  const DecomposeLosses losses =
      decompose_losses(out.correspondence, out.pose, data.inputs.points, {}, data.targets, weights);
  const auto total = losses.total(weights).mean();
  if (gradients != nullptr) {
    *gradients = module_gradients(*impl_->module, total);
  }
  return BatchLoss{total.item<double>(),
                   {{"rotation", mean_of(losses.rotation)},
                    {"translation", mean_of(losses.translation)},
                    {"size", mean_of(losses.size)},
                    {"chamfer", mean_of(losses.chamfer)},
                    {"diversity", mean_of(losses.diversity)},
                    {"reconstruction", mean_of(losses.reconstruction)},
                    {"nocs", mean_of(losses.nocs)}}};
}

Expected<DirectEstimate> DecomposeNetwork::estimate(const Frame& frame, std::size_t position,
                                                    std::uint64_t seed, const std::string& category) {
  const std::string& taken_for = category.empty() ? frame.instances.at(position).category : category;
  if (const auto group = group_of(config(), taken_for); !group) {
    return group.error();
  }
  auto input = sampler_->input(frame, position, seed);
  if (!input) {
    return input.error();
  }
  input->category = taken_for;
  return estimate({&*input}).front();
}

std::vector<DirectEstimate> DecomposeNetwork::estimate(const std::vector<const DecomposeInput*>& inputs) {
  const torch::NoGradGuard no_gradient;
  const DecomposeInputs data = make_decompose_inputs(config(), inputs);
  const PoseTensors pose = impl_->module->forward(data).pose;
  const auto R = pose.R.to(torch::kFloat64).contiguous();
  const auto t = (pose.t + data.centroids).to(torch::kFloat64).contiguous();
  const auto size = pose.size.to(torch::kFloat64).contiguous();
  std::vector<DirectEstimate> out;
  for (std::int64_t b = 0; b < data.size(); ++b) {
    const auto lengths = size[b];
    // A side is never negative, whatever the network says.
    out.push_back(
        {box_of(R[b], t[b]), Eigen::Map<const Eigen::Vector3d>(lengths.data_ptr<double>()).cwiseMax(1e-4)});
  }
  return out;
}

}  // namespace alidade
