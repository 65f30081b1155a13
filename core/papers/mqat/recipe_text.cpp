// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/recipe_text.h"

#include <algorithm>

namespace alidade::mqat {
namespace {

std::string toml_quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return out + "\"";
}

std::string toml_line(const std::string& key, const std::string& value) {
  return key + " = " + value + "\n";
}

std::string toml_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += (out.empty() ? "" : ", ") + toml_quoted(text);
  }
  return "[" + out + "]";
}

/// "pyramid=2", or the layers of the module one by one.
std::string stage_of_module(const NetworkFacts& facts, const LayerLevels& levels, std::size_t module) {
  const std::string width = module_widths(facts, levels)[module];
  if (width == kFloat) {
    return {};
  }
  if (width != "mixed") {
    return facts.modules[module] + "=" + width;
  }
  std::string text;
  for (const LayerFacts& layer : facts.layers) {
    const auto found = levels.find(layer.name);
    if (layer.module == facts.modules[module] && found != levels.end()) {
      text += (text.empty() ? "" : ",") + layer.name + "=" + found->second;
    }
  }
  return text;
}

}  // namespace

int activation_bits(const Arm& arm) {
  return arm.quantizer == ArmQuantizer::kInq ? 0 : kActivationBits;
}

std::string training_text(const TrainingOrder& order, const StudySizes& sizes) {
  const bool retrains = !order.start.empty();
  std::string text = "[keypoint]\n" + toml_line("config", toml_quoted(order.config)) + "\n";
  if (retrains) {
    const char* quantizer = order.quantizer == ArmQuantizer::kInq   ? "inq"
                            : order.quantizer == ArmQuantizer::kLsq ? "lsq"
                                                                    : "none";
    text += "[quantization]\n" + toml_line("start", toml_quoted(order.start)) +
            toml_line("norm", toml_quoted(norm_word(order.norm))) +
            toml_line("quantizer", toml_quoted(quantizer)) + toml_line("stages", toml_list(order.stages)) +
            toml_line("stage_steps", std::to_string(order.stage_steps));
    if (order.quantizer == ArmQuantizer::kLsq) {
      text += toml_line("activation_bits", std::to_string(kActivationBits));
    }
    text += toml_line("ends", toml_quoted("quantized")) + "\n";
  }
  text += "[data]\n" + toml_line("train", toml_quoted(order.data)) +
          toml_line("train_images", std::to_string(sizes.train_images)) + "\n";
  text += "[training]\n" + toml_line("seed", std::to_string(order.seed)) +
          toml_line("batch", std::to_string(sizes.batch));
  return retrains ? text : text + toml_line("steps", std::to_string(order.stage_steps));
}

std::vector<std::string> stages_in_turn(const NetworkFacts& facts, const LayerLevels& levels,
                                        const std::vector<std::string>& order) {
  std::vector<std::string> stages;
  for (const std::string& module : order) {
    const auto place = std::find(facts.modules.begin(), facts.modules.end(), module);
    if (place == facts.modules.end()) {
      continue;
    }
    const std::string stage =
        stage_of_module(facts, levels, static_cast<std::size_t>(place - facts.modules.begin()));
    if (!stage.empty()) {
      stages.push_back(stage);
    }
  }
  return stages;
}

std::string stage_at_once(const NetworkFacts& facts, const LayerLevels& levels) {
  std::string text;
  for (std::size_t module = 0; module < facts.modules.size(); ++module) {
    const std::string stage = stage_of_module(facts, levels, module);
    text += (text.empty() || stage.empty() ? "" : ",") + stage;
  }
  return text;
}

}  // namespace alidade::mqat
