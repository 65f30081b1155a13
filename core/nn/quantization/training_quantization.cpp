// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/training_quantization.h"

#include <algorithm>

#include "core/quant/level_set.h"

namespace alidade {
namespace {

/// Of MQAT's Table 10 (Sec. A.4).
constexpr double kScheduleEpochs = 30.0;

Expected<void> check_levels(const std::string& weight, const std::string& name, TrainingQuantizer quantizer) {
  if (name == "32") {
    return {};
  }
  const auto levels = named_levels(name);
  if (!levels) {
    return usage_error(weight + ": " + levels.error().message);
  }
  if (levels->kind == LevelKind::kUnsigned) {
    return usage_error(weight + ": weights have both signs, " + levels->label() + " do not fit them.");
  }
  if (levels->kind == LevelKind::kPowers && quantizer == TrainingQuantizer::kLsq) {
    return usage_error(weight + ": LSQ learns steps between levels, powers of two have none; use INQ.");
  }
  return {};
}

Expected<void> check_fractions(const std::vector<std::pair<double, double>>& fractions) {
  std::pair<double, double> before{-1.0, 0.0};
  for (const auto& line : fractions) {
    if (!(line.first > before.first) || !(line.second > before.second) || line.first > 1.0 ||
        (before.first < 0.0 && line.first != 0.0)) {
      return usage_error(
          "INQ freezes shares of the weights that rise, at shares of the steps that rise from 0.");
    }
    before = line;
  }
  if (before.second != 1.0 || before.first >= 1.0) {
    return usage_error("INQ ends with all weights frozen (a share of 1) before the last step.");
  }
  return {};
}

bool are_activation_bits(int bits) {
  return bits == 0 || (bits >= 2 && bits <= 8);
}

}  // namespace

int TrainingQuantization::steps() const {
  return stage_begin(static_cast<int>(stages.size()));
}

int TrainingQuantization::stage_begin(int stage) const {
  int begin = 0;
  for (int i = 0; i < stage; ++i) {
    begin += stages[static_cast<std::size_t>(i)].steps;
  }
  return begin;
}

int TrainingQuantization::stage_of(int step) const {
  int stage = static_cast<int>(stages.size()) - 1;
  while (stage > 0 && stage_begin(stage) > step) {
    --stage;
  }
  return stage;
}

int TrainingQuantization::input_bits(const std::string& layer) const {
  const auto found = layer_activation_bits.find(layer);
  return found == layer_activation_bits.end() ? activation_bits : found->second;
}

double TrainingQuantization::rate_factor(int step) const {
  if (quantizer != TrainingQuantizer::kInq) {
    return 1.0;
  }
  const int stage = stage_of(step);
  return inq_rate_factor(static_cast<double>(step - stage_begin(stage)) /
                         stages[static_cast<std::size_t>(stage)].steps);
}

std::string layer_of_weight(const std::string& weight) {
  const auto dot = weight.rfind('.');
  return dot == std::string::npos ? std::string() : weight.substr(0, dot);
}

void set_ends(TrainingQuantization& how, const std::vector<std::string>& end_weights, EndLayers ends) {
  if (ends == EndLayers::kQuantized) {
    return;
  }
  for (QuantizationStage& stage : how.stages) {
    for (const std::string& weight : end_weights) {
      const auto found = stage.levels.find(weight);
      if (found == stage.levels.end()) {
        continue;
      }
      if (ends == EndLayers::kFloat) {
        stage.levels.erase(found);
      } else {
        found->second = "8";
        how.layer_activation_bits[layer_of_weight(weight)] = how.activation_bits == 0 ? 0 : 8;
      }
    }
  }
}

std::vector<std::pair<double, double>> inq_fractions() {
  std::vector<std::pair<double, double>> fractions;
  for (const IncrementalStep& line : mqat_schedule()) {
    if (line.fraction) {
      fractions.emplace_back(line.epoch / kScheduleEpochs, *line.fraction);
    }
  }
  return fractions;
}

double inq_rate_factor(double share) {
  double factor = 1.0;
  for (const IncrementalStep& line : mqat_schedule()) {
    factor = line.epoch <= share * kScheduleEpochs ? line.rate_factor : factor;
  }
  return factor;
}

Expected<void> check_quantization(const TrainingQuantization& how) {
  if (how.stages.empty()) {
    return usage_error("A quantized training needs at least one stage.");
  }
  for (const QuantizationStage& stage : how.stages) {
    if (stage.steps < 1) {
      return usage_error("Every stage of a quantized training needs at least one step.");
    }
    for (const auto& [weight, levels] : stage.levels) {
      if (auto fine = check_levels(weight, levels, how.quantizer); !fine) {
        return fine;
      }
    }
  }
  const auto& single = how.layer_activation_bits;
  if (!are_activation_bits(how.activation_bits) ||
      !std::all_of(single.begin(), single.end(),
                   [](const auto& i) { return are_activation_bits(i.second); })) {
    return usage_error("Inputs of layers get 2 to 8 bits, or 0: they stay float32.");
  }
  return how.quantizer == TrainingQuantizer::kInq ? check_fractions(how.fractions) : Expected<void>();
}

}  // namespace alidade
