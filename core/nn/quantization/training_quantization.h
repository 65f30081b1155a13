// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/incremental.h"

namespace alidade {

/// What trains quantized weights.
enum class TrainingQuantizer {
  kLsq,  ///< learned step sizes (Esser et al. 2020), of weights and activations
  kInq,  ///< weights are frozen by growing shares (Zhou et al. 2017); activations stay float32
};

/// Where the step sizes of LSQ start.
enum class StepStart {
  kMeanMagnitude,  ///< 2 mean|v| / sqrt(Qp), as Esser et al. have it; binary weights: mean|v|
  kLeastSquares,   ///< least squared error
};

/// What becomes of the first and the last layers of a network.
enum class EndLayers { kQuantized, kEightBit, kFloat };

/// Layers that are quantized from now on.
struct QuantizationStage {
  /// By the name of the weight ("backbone.stage1.first.weight"): LevelSet::name(). "32": the weight stays
  /// float32, the input of its layer does not.
  std::map<std::string, std::string> levels;
  int steps = 0;  ///< of training before the next stage
};

/// Quantization-aware training of a network: what every layer gets, when and how.
struct TrainingQuantization {
  TrainingQuantizer quantizer = TrainingQuantizer::kLsq;
  /// One after the other; what was quantized stays so. Layers that none names stay float32.
  std::vector<QuantizationStage> stages;
  /// Bits of the inputs of the quantized layers; 0 = float32. Only networks of QuantizableConv have them.
  int activation_bits = 0;
  /// Other bits for single layers ("backbone.stem").
  std::map<std::string, int> layer_activation_bits;
  bool per_channel = true;  ///< LSQ: a step size for each output channel, else one per tensor. INQ has one.
  StepStart start = StepStart::kMeanMagnitude;
  double step_rate = 1.0;  ///< LSQ: learning rate of the step sizes, in units of the weights'
  FreezeOrder freeze = FreezeOrder::kMagnitude;
  /// INQ: (share of the stage's steps at which it happens, share of its weights frozen from then on), rising.
  std::vector<std::pair<double, double>> fractions;
  std::uint64_t seed = 0;  ///< of FreezeOrder::kRandom

  int steps() const;  ///< of all stages
  /// The stage that step `step` (from 0) belongs to; the last one from its begin on.
  int stage_of(int step) const;
  /// First step of a stage.
  int stage_begin(int stage) const;
  int input_bits(const std::string& layer) const;
  /// What the learning rate is multiplied with: inq_rate_factor() of the stage's share with INQ, else 1.
  double rate_factor(int step) const;
};

/// "a.b" of "a.b.weight"; empty for "weight".
std::string layer_of_weight(const std::string& weight);

/// Applies `ends` to the weights of the first and last layers, where a stage names them: eight bits (the
/// inputs too, if activations are quantized) or none at all.
void set_ends(TrainingQuantization& how, const std::vector<std::string>& end_weights, EndLayers ends);

/// MQAT's Table 10 as TrainingQuantization::fractions.
std::vector<std::pair<double, double>> inq_fractions();
/// The factor of the learning rate that Table 10 has after this share of the steps of a stage.
double inq_rate_factor(double share);

/// kUsage: no stage or one without steps, levels that there are not, or that do not fit weights or the
/// quantizer (powers of two are INQ's), bits of activations other than 0 and 2 to 8, shares that do not rise
/// to 1.
Expected<void> check_quantization(const TrainingQuantization& how);

}  // namespace alidade
