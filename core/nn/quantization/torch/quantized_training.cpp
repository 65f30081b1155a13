// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/torch/quantized_training.h"

#include <utility>

namespace alidade {
namespace {

// Of what a trainer keeps.
constexpr const char* kQuantizationPrefix = "quantization.";
constexpr const char* kStepsPrefix = "quantization_steps.";

}  // namespace

void hold_batch_norms(torch::nn::Module& network) {
  for (const auto& module : network.modules(false)) {
    if (module->as<torch::nn::BatchNorm1dImpl>() != nullptr ||
        module->as<torch::nn::BatchNorm2dImpl>() != nullptr) {
      module->eval();
    }
  }
}

QuantizedTraining::QuantizedTraining(std::unique_ptr<NetworkQuantization> network,
                                     const TrainingQuantization& how,
                                     std::unique_ptr<AveragedOptimizer> optimizer)
    : how_(how), network_(std::move(network)), optimizer_(std::move(optimizer)) {}

Expected<std::unique_ptr<QuantizedTraining>> QuantizedTraining::create(torch::nn::Module& network,
                                                                       const TrainingQuantization& how,
                                                                       const MakeOptimizer& make) {
  auto quantization = NetworkQuantization::create(network, how);
  if (!quantization) {
    return quantization.error();
  }
  auto optimizer = make((*quantization)->steps());
  return std::unique_ptr<QuantizedTraining>(
      new QuantizedTraining(std::move(*quantization), how, std::move(optimizer)));
}

Expected<void> QuantizedTraining::begin_step(int step, const std::function<void()>& forward) {
  optimizer_->zero_gradients();
  if (auto begun = network_->begin_step(step); !begun) {
    return begun;
  }
  if (how_.quantizer != TrainingQuantizer::kLsq || !network_->needs_ranges()) {
    return {};
  }
  return network_->find_ranges(forward, how_.start == StepStart::kMeanMagnitude
                                            ? ActivationRule::kMeanMagnitude
                                            : ActivationRule::kLeastSquares);
}

void QuantizedTraining::update(int step, double rate, double clip) {
  optimizer_->clip_gradients(clip);
  optimizer_->step(step, how_.step_rate * rate, 0.0);
}

Expected<void> QuantizedTraining::finish(const std::function<void()>& forward) {
  if (auto begun = network_->begin_step(how_.steps()); !begun) {
    return begun;
  }
  if (network_->needs_ranges()) {
    if (auto found = network_->find_ranges(forward, ActivationRule::kLeastSquares); !found) {
      return found;
    }
  }
  network_->write_weights();
  return {};
}

void QuantizedTraining::put(SafeTensors& file) const {
  network_->put(file, kQuantizationPrefix);
  optimizer_->put(file, kStepsPrefix);
}

Expected<void> QuantizedTraining::fill(const SafeTensors& file, int steps_done, const std::string& path) {
  if (auto got = network_->fill(file, steps_done, kQuantizationPrefix, path); !got) {
    return got;
  }
  return optimizer_->fill(file, path, kStepsPrefix);
}

}  // namespace alidade
