// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/quant/incremental.h"

namespace alidade {

/// What trains quantized weights.
enum class TrainingQuantizer {
  kLsq,  ///< learned step sizes (Esser et al. 2020), of weights and activations
  kInq,  ///< weights are frozen by growing shares (Zhou et al. 2017); activations stay float32
};

/// Quantization-aware training of a network: what every layer gets and how.
struct TrainingQuantization {
  TrainingQuantizer quantizer = TrainingQuantizer::kLsq;
  /// By the name of the weight ("backbone.stage1.first.weight"): LevelSet::name(). What is missing stays
  /// float32.
  std::map<std::string, std::string> levels;
  /// Bits of the inputs of the quantized layers; 0 = float32. Only networks of QuantizableConv have them.
  int activation_bits = 0;
  bool per_channel = true;  ///< a step size for each output channel, else one per tensor
  FreezeOrder freeze = FreezeOrder::kMagnitude;
  /// INQ: (share of the steps at which it happens, share of the weights frozen from then on), rising.
  std::vector<std::pair<double, double>> fractions;
};

}  // namespace alidade
