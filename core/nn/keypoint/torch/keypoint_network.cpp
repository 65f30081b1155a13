// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/keypoint_network.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/nn/keypoint/keypoint_outputs.h"
#include "core/nn/keypoint/letterbox.h"
#include "core/nn/keypoint/torch/keypoint_losses.h"
#include "core/nn/keypoint/torch/keypoint_modules.h"
#include "core/nn/quantization/torch/network_quantization.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/module_parameters.h"
#include "core/nn/torch/seeded_modules.h"

namespace alidade {
namespace {

/// The default's weight for one part and 0 for the other; nothing for a part that there is not.
std::optional<KeypointLoss> loss_of_part(const std::string& part) {
  KeypointLoss how;
  if (part == "objectness") {
    how.keypoints = 0.0;
  } else if (part == "keypoints") {
    how.objectness = 0.0;
  } else if (!part.empty()) {
    return std::nullopt;
  }
  return how;
}

/// The inputs of layers that a checkpoint of a quantized network names.
Expected<void> set_saved_inputs(KeypointNetwork& network, const CheckpointFile& file) {
  const auto found = file.content.metadata.find(kInputQuantizationKey);
  if (found == file.content.metadata.end()) {
    return {};
  }
  const std::string name = file.path.string();
  const auto inputs = parse_input_quantization(found->second, name);
  if (!inputs) {
    return inputs.error();
  }
  const auto set = network.set_inputs(*inputs);
  return set ? Expected<void>()
             : input_error(name, kInputQuantizationKey, set.error().message, "quantize the network again");
}

}  // namespace

KeypointNetwork::KeypointNetwork(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KeypointNetwork::~KeypointNetwork() = default;

std::unique_ptr<KeypointNetwork> KeypointNetwork::create(const KeypointConfig& config, std::uint64_t seed) {
  auto impl = std::make_unique<Impl>();
  impl->config = config;
  with_seed(seed, [&] { impl->module = KeypointModule(config); });
  impl->module->eval();
  return std::make_unique<KeypointNetwork>(std::move(impl));
}

Expected<std::unique_ptr<KeypointNetwork>> KeypointNetwork::open(const CheckpointFile& file) {
  if (file.architecture() != kArchitecture) {
    return other_architecture(file, {kArchitecture});
  }
  const auto config = keypoint_checkpoint_config(file);
  if (!config) {
    return config.error();
  }
  auto network = create(*config, 0);
  if (auto filled = fill_network(*network->impl().module, file); !filled) {
    return filled.error();
  }
  if (auto set = set_saved_inputs(*network, file); !set) {
    return set.error();
  }
  network->origin_ = file.origin();
  return network;
}

Expected<void> KeypointNetwork::save(const std::filesystem::path& path,
                                     const std::string& training_json) const {
  return write_safetensors(path, content(training_json));
}

SafeTensors KeypointNetwork::content(const std::string& training_json) const {
  SafeTensors file = network_tensors(*this, *impl_->module, training_json);
  if (!impl_->inputs.empty()) {
    file.metadata[kInputQuantizationKey] = input_quantization_text(impl_->inputs);
  }
  return file;
}

Expected<void> KeypointNetwork::set_inputs(const std::map<std::string, InputQuantization>& inputs) {
  if (auto set = set_input_quantization(*impl_->module, inputs); !set) {
    return set;
  }
  impl_->inputs = inputs;
  return {};
}

const std::map<std::string, InputQuantization>& KeypointNetwork::inputs() const {
  return impl_->inputs;
}

const KeypointConfig& KeypointNetwork::config() const {
  return impl_->config;
}
std::vector<ParameterInfo> KeypointNetwork::parameters() const {
  return module_parameters(*impl_->module);
}
Expected<std::vector<float>> KeypointNetwork::parameter_values(const std::string& parameter) const {
  return module_values(*impl_->module, parameter);
}
Expected<void> KeypointNetwork::set_parameter_values(const std::string& parameter,
                                                     std::span<const float> values) {
  return set_module_values(*impl_->module, parameter, values);
}

std::vector<ParameterSet> KeypointNetwork::modules() const {
  return parameter_sets(parameters(),
                        {{"backbone", {"backbone"}}, {"pyramid", {"pyramid"}}, {"head", {"head"}}});
}

Expected<std::unique_ptr<ModelExample>> KeypointNetwork::example(const Frame& frame, std::size_t position,
                                                                 std::uint64_t) const {
  auto sample = keypoint_sample(frame, position, config());
  if (!sample) {
    return sample.error();
  }
  return keypoint_example(std::move(*sample));
}

Expected<BatchLoss> KeypointNetwork::loss(std::span<const ModelExample* const> batch, std::uint64_t,
                                          ParameterValues* gradients) {
  return other_loss(batch, {}, gradients);
}

Expected<BatchLoss> KeypointNetwork::aspect_loss(std::span<const ModelExample* const> batch, std::uint64_t,
                                                 const LossAspect& aspect, ParameterValues* gradients) {
  const auto how = loss_of_part(aspect.part);
  if (!how || aspect.times != LossAspect{}.times) {
    return Error{ErrorCode::kUsage,
                 "the keypoint network has no loss \"" + aspect.part + "\" and no diffusion times."};
  }
  return other_loss(batch, *how, gradients);
}

std::vector<std::string> KeypointNetwork::loss_parts() const {
  return {"objectness", "keypoints"};
}

Expected<BatchLoss> KeypointNetwork::other_loss(std::span<const ModelExample* const> batch,
                                                const KeypointLoss& how, ParameterValues* gradients) {
  const auto samples = keypoint_samples(batch, config());
  if (!samples) {
    return samples.error();
  }
  const torch::AutoGradMode mode(gradients != nullptr);
  const KeypointBatch data = make_keypoint_batch(config(), *samples, {}, nullptr);
  const KeypointLosses losses = keypoint_losses(config(), impl_->module->forward(data.images), data, how);
  const auto total = losses.total(how);
  if (gradients != nullptr) {
    *gradients = module_gradients(*impl_->module, total);
  }
  return BatchLoss{
      total.item<double>(),
      {{"objectness", losses.objectness.item<double>()}, {"keypoints", losses.keypoints.item<double>()}}};
}

std::string KeypointNetwork::state_digest() const {
  return module_digest(*impl_->module);
}

std::vector<KeypointVote> KeypointNetwork::votes(const KeypointInput& input, double confidence) {
  const torch::NoGradGuard no_gradient;
  std::vector<float> planes = keypoint_planes(input.image);
  const std::int64_t side = config().image_px;
  const auto levels = impl_->module->forward(torch::from_blob(planes.data(), {1, 3, side, side}));
  std::vector<KeypointVote> all;
  for (int level = 0; level < config().levels; ++level) {
    const auto found = decode_votes(plain_values(levels[level]), level, config(), confidence);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

Expected<std::vector<KeypointVote>> KeypointNetwork::votes(const Frame& frame, double confidence) {
  const auto input = keypoint_input(frame, config());
  if (!input) {
    return input.error();
  }
  auto all = votes(*input, confidence);
  const Letterbox box = letterbox(frame.color.width, frame.color.height, config().image_px);
  for (KeypointVote& vote : all) {
    for (Eigen::Vector2d& pixel : vote.pixels) {
      pixel = {box.frame_u(pixel.x()), box.frame_v(pixel.y())};
    }
  }
  return all;
}

Expected<DirectEstimate> KeypointNetwork::estimate(const Frame& frame, std::size_t position,
                                                   std::uint64_t seed, const std::string& category) {
  if (auto known = check_keypoint_category(frame, position, category, config()); !known) {
    return known.error();
  }
  const auto input = keypoint_input(frame, config());
  if (!input) {
    return input.error();
  }
  const auto box = pose_of_votes(input->camera, votes(*input, config().confidence), config(), seed);
  if (!box) {
    return Error{box.error().code, frame.info.name + ": " + box.error().message};
  }
  return DirectEstimate{*box, Eigen::Vector3d(config().object.size.data())};
}

std::unique_ptr<KeypointNetwork> KeypointNetwork::copy() const {
  auto other = create(config(), 0);
  copy_module(*impl_->module, *other->impl().module);
  // The same layers.
  [[maybe_unused]] const auto set = other->set_inputs(impl_->inputs);
  other->origin_ = origin_;
  return other;
}

std::vector<float> KeypointNetwork::outputs(const KeypointInput& input) {
  const torch::NoGradGuard no_gradient;
  std::vector<float> planes = keypoint_planes(input.image);
  const std::int64_t side = config().image_px;
  std::vector<float> all;
  for (const auto& level : impl_->module->forward(torch::from_blob(planes.data(), {1, 3, side, side}))) {
    const auto values = plain_values(level);
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

std::unique_ptr<KeypointNetwork> KeypointNetwork::without_norms() const {
  auto folded = copy();
  fold_norms(*folded->impl().module);
  folded->impl().config.norm = false;
  return folded;
}

}  // namespace alidade
