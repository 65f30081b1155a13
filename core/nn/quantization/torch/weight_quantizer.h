// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include <torch/types.h>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/quantization/torch/fake_quantizer.h"
#include "core/nn/quantization/training_quantization.h"
#include "core/quant/quantizer.h"

namespace alidade {

/// Quantizes one weight [rows][...] while it is trained.
class WeightQuantizer : public FakeQuantizer {
 public:
  /// The step sizes that learn, [rows] or [1]; undefined where none do.
  virtual torch::Tensor steps() const { return {}; }
  /// Called once, when the weight is quantized from now on.
  virtual Expected<void> start(const torch::Tensor& weight) = 0;
  /// Called before every step of training: `share` of the stage that brought it is over, in [0, 1], 1
  /// from its end on. It may put values into `weight`.
  virtual Expected<void> advance(torch::Tensor weight, double share) = 0;
  /// Codes and scales whose values are those of quantize(). kFailed while some weights are not quantized.
  virtual Expected<QuantizedWeights> codes(const torch::Tensor& weight) = 0;

  /// All that decides its further steps; names begin with `prefix`.
  virtual void put(SafeTensors& file, const std::string& prefix) const = 0;
  virtual Expected<void> fill(const SafeTensors& file, const std::string& prefix,
                              const std::string& path) = 0;
};

/// LSQ or INQ for a weight of this name and shape. Errors of named_levels.
Expected<std::shared_ptr<WeightQuantizer>> make_weight_quantizer(const std::string& name,
                                                                 const torch::Tensor& weight,
                                                                 const std::string& levels,
                                                                 const TrainingQuantization& how);

}  // namespace alidade
