// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/keypoint_quantization.h"

#include <algorithm>
#include <utility>

#include "core/nn/keypoint/torch/keypoint_losses.h"
#include "core/nn/keypoint/torch/keypoint_modules.h"
#include "core/nn/quantization/torch/bias_correction.h"
#include "core/nn/quantization/torch/loss_hessian.h"
#include "core/nn/quantization/torch/network_quantization.h"
#include "core/nn/torch/checkpoint.h"

namespace alidade {
namespace {

/// Runs the network on all samples, a few at a time.
void show_samples(KeypointNetwork& network, const std::vector<const KeypointSample*>& samples) {
  constexpr std::size_t kShown = 32;
  for (std::size_t first = 0; first < samples.size(); first += kShown) {
    const auto begin = samples.begin() + static_cast<std::ptrdiff_t>(first);
    const std::vector<const KeypointSample*> batch(
        begin, begin + static_cast<std::ptrdiff_t>(std::min(kShown, samples.size() - first)));
    network.impl().module->forward(make_keypoint_batch(network.config(), batch, {}, nullptr).images);
  }
}

TrainingQuantization at_once(const PostTrainingQuantization& how) {
  TrainingQuantization all;
  all.stages = {{how.levels, 1}};
  all.activation_bits = how.activation_bits;
  all.layer_activation_bits = how.layer_activation_bits;
  all.per_channel = how.per_channel;
  all.start = StepStart::kLeastSquares;
  return all;
}

}  // namespace

Expected<QuantizedKeypointNetwork> quantize_after_training(
    const KeypointNetwork& network, const PostTrainingQuantization& how,
    const std::vector<const KeypointSample*>& samples) {
  if (samples.empty() && (how.correct_bias || how.activation_bits > 0)) {
    return usage_error("Quantized inputs and corrected biases need images that show what passes.");
  }
  auto copy = network.copy();
  auto& module = *copy->impl().module;
  const auto forward = [&] { show_samples(*copy, samples); };
  auto quantization = NetworkQuantization::create(module, at_once(how));
  if (!quantization) {
    return quantization.error();
  }
  if (auto begun = (*quantization)->begin_step(0); !begun) {
    return begun.error();
  }
  if (how.correct_bias) {
    if (auto corrected = correct_biases(module, forward); !corrected) {
      return corrected.error();
    }
  }
  if ((*quantization)->needs_ranges()) {
    if (auto found = (*quantization)->find_ranges(forward, how.activation_rule, how.percentile); !found) {
      return found.error();
    }
  }
  (*quantization)->write_weights();
  const auto inputs = (*quantization)->inputs();
  auto packed = (*quantization)->packed(copy->content(network.metadata()), "quantized after training");
  if (!packed) {
    return packed.error();
  }
  quantization->reset();
  if (auto set = copy->set_inputs(inputs); !set) {
    return set.error();
  }
  return QuantizedKeypointNetwork{std::move(copy), std::move(*packed)};
}

Expected<std::vector<TraceEstimate>> keypoint_traces(KeypointNetwork& network,
                                                     const std::vector<const KeypointSample*>& batch,
                                                     const std::vector<std::string>& weights,
                                                     const TraceOptions& options, const JobContext& job) {
  const auto parameters = network.impl().module->named_parameters();
  std::vector<torch::Tensor> tensors;
  std::vector<std::size_t> sizes;
  for (const std::string& name : weights) {
    const torch::Tensor* found = parameters.find(name);
    if (found == nullptr || batch.empty()) {
      return usage_error("The trace of \"" + name + "\" needs a weight of this name and images.");
    }
    tensors.push_back(*found);
    sizes.push_back(static_cast<std::size_t>(found->numel()));
  }
  const KeypointBatch data = make_keypoint_batch(network.config(), batch, {}, nullptr);
  const KeypointLoss how;
  set_twice_differentiable(*network.impl().module, true);
  const auto loss =
      keypoint_losses(network.config(), network.impl().module->forward(data.images), data, how).total(how);
  set_twice_differentiable(*network.impl().module, false);
  return hutchinson_traces(loss_hessian(loss, tensors), sizes, options, job);
}

std::vector<std::string> keypoint_weights(const KeypointNetwork& network) {
  std::vector<std::string> names;
  for (const ParameterInfo& parameter : network.parameters()) {
    if (parameter.shape.size() == 4) {
      names.push_back(parameter.name);
    }
  }
  return names;
}

std::vector<std::string> keypoint_end_weights(const KeypointNetwork& network) {
  const auto names = keypoint_weights(network);
  const std::string first =
      network.config().stem_width > 0 ? "backbone.stem.weight" : "backbone.stage1.down.weight";
  std::vector<std::string> ends;
  std::copy_if(names.begin(), names.end(), std::back_inserter(ends),
               [&](const std::string& name) { return name == first || name == "head.out.weight"; });
  return ends;
}

}  // namespace alidade
