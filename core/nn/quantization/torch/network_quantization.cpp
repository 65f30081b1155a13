// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/torch/network_quantization.h"

#include <algorithm>
#include <utility>

#include "core/nn/quantization/torch/quantizable_conv.h"
#include "core/nn/torch/checkpoint.h"

namespace alidade {
namespace {

/// Names of parameters have no dots.
std::string step_name(std::string weight, const char* what) {
  std::replace(weight.begin(), weight.end(), '.', '/');
  return weight + ":" + what;
}

/// Null where there is no such layer.
std::shared_ptr<torch::nn::Module> layer_named(const torch::nn::Module& network, const std::string& name) {
  for (const auto& item : network.named_modules({}, false)) {
    if (item.key() == name) {
      return item.value();
    }
  }
  return nullptr;
}

/// Where one of torch's own layers keeps its weight; null for other modules.
torch::Tensor* plain_weight_of(torch::nn::Module& module) {
  if (auto* linear = module.as<torch::nn::LinearImpl>()) {
    return &linear->weight;
  }
  if (auto* one = module.as<torch::nn::Conv1dImpl>()) {
    return &one->weight;
  }
  auto* two = module.as<torch::nn::Conv2dImpl>();
  return two != nullptr ? &two->weight : nullptr;
}

Error no_such_weight(const std::string& weight) {
  return usage_error("The network has no layer with the weight \"" + weight +
                     "\" that can be quantized; `alidade quantize analyze` lists the weights.");
}

}  // namespace

NetworkQuantization::NetworkQuantization(torch::nn::Module& network, const TrainingQuantization& how)
    : network_(network), how_(how), steps_(std::make_shared<torch::nn::Module>()) {}

NetworkQuantization::~NetworkQuantization() {
  for (Layer& layer : layers_) {
    detach(layer);
  }
}

Expected<std::unique_ptr<NetworkQuantization>> NetworkQuantization::create(torch::nn::Module& network,
                                                                           const TrainingQuantization& how) {
  if (const auto fine = check_quantization(how); !fine) {
    return fine.error();
  }
  std::unique_ptr<NetworkQuantization> made(new NetworkQuantization(network, how));
  for (int stage = 0; stage < static_cast<int>(how.stages.size()); ++stage) {
    if (const auto added = made->add_stage(stage); !added) {
      return added.error();
    }
  }
  return made;
}

Expected<void> NetworkQuantization::add_stage(int stage) {
  for (const auto& [weight, levels] : how_.stages[static_cast<std::size_t>(stage)].levels) {
    if (find_layer(weight) != nullptr) {
      return usage_error("\"" + weight +
                         "\" is quantized by two stages; what an earlier one quantized stays so.");
    }
    auto layer = make_layer(weight, levels);
    if (!layer) {
      return layer.error();
    }
    layer->stage = stage;
    if (layer->weights && layer->weights->steps().defined()) {
      steps_->register_parameter(step_name(weight, "weight"), layer->weights->steps());
    }
    if (layer->input && layer->input->step().defined()) {
      steps_->register_parameter(step_name(weight, "input"), layer->input->step());
    }
    layers_.push_back(std::move(*layer));
  }
  return {};
}

Expected<NetworkQuantization::Layer> NetworkQuantization::make_layer(const std::string& weight,
                                                                     const std::string& levels) const {
  Layer layer;
  layer.weight_name = weight;
  layer.module = weight.ends_with("weight") ? layer_named(network_, layer_of_weight(weight)) : nullptr;
  if (!layer.module) {
    return no_such_weight(weight);
  }
  if (auto* conv = layer.module->as<QuantizableConvImpl>()) {
    layer.weight = conv->weight;
    if (const int bits = how_.input_bits(layer_of_weight(weight)); bits > 0) {
      layer.input = std::make_shared<InputQuantizer>(bits, how_.quantizer == TrainingQuantizer::kLsq);
    }
  } else {
    layer.plain_weight = plain_weight_of(*layer.module);
    if (layer.plain_weight == nullptr) {
      return no_such_weight(weight);
    }
    layer.weight = *layer.plain_weight;
  }
  if (levels != "32") {
    auto quantizer = make_weight_quantizer(weight, layer.weight, levels, how_);
    if (!quantizer) {
      return quantizer.error();
    }
    layer.weights = std::move(*quantizer);
  }
  return layer;
}

NetworkQuantization::Layer* NetworkQuantization::find_layer(const std::string& weight) {
  const auto found = std::find_if(layers_.begin(), layers_.end(),
                                  [&](const Layer& layer) { return layer.weight_name == weight; });
  return found == layers_.end() ? nullptr : &*found;
}

void NetworkQuantization::attach(Layer& layer) {
  layer.begun = true;
  if (auto* conv = layer.module->as<QuantizableConvImpl>()) {
    conv->weight_quantizer = layer.weights;
    conv->input_quantizer = layer.input;
  }
}

void NetworkQuantization::detach(Layer& layer) {
  if (auto* conv = layer.module->as<QuantizableConvImpl>(); conv != nullptr && layer.begun) {
    conv->weight_quantizer = nullptr;
    conv->input_quantizer = nullptr;
  }
}

Expected<void> NetworkQuantization::begin_layer(Layer& layer) {
  if (!layer.begun && layer.weights) {
    if (auto started = layer.weights->start(layer.weight); !started) {
      return started;
    }
  }
  attach(layer);
  return {};
}

Expected<void> NetworkQuantization::begin_step(int step) {
  const int stage = how_.stage_of(step);
  for (Layer& layer : layers_) {
    if (layer.stage > stage) {
      continue;
    }
    if (auto begun = begin_layer(layer); !begun) {
      return begun;
    }
    const int done = step - how_.stage_begin(layer.stage);
    const double share = static_cast<double>(done) / how_.stages[static_cast<std::size_t>(layer.stage)].steps;
    if (layer.weights) {
      if (auto advanced = layer.weights->advance(layer.weight, std::min(share, 1.0)); !advanced) {
        return advanced;
      }
    }
    if (layer.input) {
      layer.input->advance();
    }
  }
  return {};
}

bool NetworkQuantization::needs_ranges() const {
  return std::any_of(layers_.begin(), layers_.end(), [](const Layer& layer) {
    return layer.begun && layer.input && !layer.input->has_range();
  });
}

Expected<void> NetworkQuantization::find_ranges(const std::function<void()>& forward, ActivationRule rule,
                                                double percentile) {
  std::vector<Layer*> observed;
  for (Layer& layer : layers_) {
    if (layer.begun && layer.input && !layer.input->has_range()) {
      layer.input->observe();
      observed.push_back(&layer);
    }
  }
  {
    // Gradients tell images from what the network makes of them.
    const torch::AutoGradMode with_gradients(true);
    forward();
  }
  Expected<void> result;
  for (Layer* layer : observed) {
    if (auto settled = layer->input->settle(rule, percentile); !settled && result) {
      result =
          Error{settled.error().code, layer_of_weight(layer->weight_name) + ": " + settled.error().message};
    }
  }
  return result;
}

std::map<std::string, InputQuantization> NetworkQuantization::inputs() const {
  std::map<std::string, InputQuantization> inputs;
  for (const Layer& layer : layers_) {
    if (layer.begun && layer.input && layer.input->has_range()) {
      inputs[layer_of_weight(layer.weight_name)] = layer.input->range();
    }
  }
  return inputs;
}

void NetworkQuantization::put(SafeTensors& file, const std::string& prefix) const {
  for (const Layer& layer : layers_) {
    if (layer.begun && layer.weights) {
      layer.weights->put(file, prefix + layer.weight_name + ".");
    }
    if (layer.begun && layer.input) {
      layer.input->put(file, prefix + layer.weight_name + ".input_");
    }
  }
}

Expected<void> NetworkQuantization::fill(const SafeTensors& file, int steps_done, const std::string& prefix,
                                         const std::string& path) {
  for (Layer& layer : layers_) {
    if (steps_done == 0 || layer.stage > how_.stage_of(steps_done - 1)) {
      continue;
    }
    if (layer.weights) {
      if (auto got = layer.weights->fill(file, prefix + layer.weight_name + ".", path); !got) {
        return got;
      }
    }
    if (layer.input) {
      if (auto got = layer.input->fill(file, prefix + layer.weight_name + ".input_", path); !got) {
        return got;
      }
    }
    attach(layer);
  }
  return {};
}

void NetworkQuantization::write_weights() {
  const torch::NoGradGuard no_gradient;
  for (Layer& layer : layers_) {
    if (layer.begun && layer.weights) {
      layer.weight.copy_(layer.weights->quantize(layer.weight));
    }
  }
}

Expected<PackedCheckpoint> NetworkQuantization::packed(SafeTensors content, const std::string& label) {
  PackedCheckpoint checkpoint;
  for (Layer& layer : layers_) {
    if (!layer.begun || !layer.weights) {
      continue;
    }
    const auto found = content.tensors.find(layer.weight_name);
    if (found == content.tensors.end()) {
      return no_such_weight(layer.weight_name);
    }
    auto codes = layer.weights->codes(layer.weight);
    if (!codes) {
      return codes.error();
    }
    checkpoint.packed[layer.weight_name] = {found->second.shape, std::move(*codes)};
    content.tensors.erase(found);
  }
  checkpoint.plain = std::move(content.tensors);
  checkpoint.original = std::move(content.metadata);
  checkpoint.provenance["quantization"] = label;
  if (const auto ranges = inputs(); !ranges.empty()) {
    checkpoint.provenance[kInputQuantizationKey] = input_quantization_text(ranges);
  }
  return checkpoint;
}

QuantizedPass::QuantizedPass(NetworkQuantization* quantization) : quantization_(quantization) {
  if (quantization_ == nullptr) {
    return;
  }
  for (auto& layer : quantization_->layers_) {
    if (layer.begun && layer.weights && layer.plain_weight != nullptr) {
      *layer.plain_weight = layer.weights->quantize(layer.weight);
    }
  }
}

QuantizedPass::~QuantizedPass() {
  if (quantization_ == nullptr) {
    return;
  }
  for (auto& layer : quantization_->layers_) {
    if (layer.plain_weight != nullptr) {
      *layer.plain_weight = layer.weight;
    }
  }
}

Expected<void> set_input_quantization(torch::nn::Module& network,
                                      const std::map<std::string, InputQuantization>& inputs) {
  for (const auto& [name, range] : inputs) {
    const auto module = layer_named(network, name);
    auto* conv = module ? module->as<QuantizableConvImpl>() : nullptr;
    if (conv == nullptr) {
      return usage_error("The network has no layer \"" + name + "\" whose input can be quantized.");
    }
    auto quantizer = std::make_shared<InputQuantizer>(range.bits, false);
    quantizer->set(range);
    conv->input_quantizer = std::move(quantizer);
  }
  return {};
}

}  // namespace alidade
