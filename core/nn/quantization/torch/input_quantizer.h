// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include <torch/types.h>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/quantization/torch/fake_quantizer.h"
#include "core/quant/activation_range.h"

namespace alidade {

/// Quantizes the input of one layer: one scale that may learn (LSQ), and a zero that stays. Until it has a
/// range values pass as they are. An input that depends on no weight, an image, has the range of all that was
/// seen and does not learn it: a gradient back to the image would cost more than all other quantizers.
class InputQuantizer : public FakeQuantizer {
 public:
  InputQuantizer(int bits, bool learns);
  torch::Tensor quantize(const torch::Tensor& values) override;

  bool has_range() const { return range_.scale > 0.0F; }
  /// Values pass from now on and are looked at; whether they depend on weights is seen where gradients are
  /// on.
  void observe();
  /// Ends that: the range is found by `rule`. As activation_range.
  Expected<void> settle(ActivationRule rule, double percentile);
  void set(const InputQuantization& range);
  InputQuantization range() const;
  /// [1]; undefined where it does not learn.
  torch::Tensor step() const { return learns_ ? step_ : torch::Tensor(); }
  /// Keeps the step above 0.
  void advance();

  void put(SafeTensors& file, const std::string& prefix) const;
  Expected<void> fill(const SafeTensors& file, const std::string& prefix, const std::string& path);

 private:
  InputQuantization range_;  ///< its scale says only whether there is one
  torch::Tensor step_;
  bool learns_ = false, observes_ = false, sees_weights_ = false;
  ActivationSample sample_;
};

}  // namespace alidade
