// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/recipe_text.h"

#include <algorithm>

#include "core/base/text_table.h"

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

std::string quantization_section(const TrainingOrder& order) {
  const bool quantizes = order.quantizer != ArmQuantizer::kNone;
  const char* quantizer = order.quantizer == ArmQuantizer::kInq   ? "inq"
                          : order.quantizer == ArmQuantizer::kLsq ? "lsq"
                                                                  : "none";
  std::string text = "[quantization]\n" + toml_line("quantizer", toml_quoted(quantizer)) +
                     toml_line("norm", toml_quoted(norm_word(order.norm)));
  if (quantizes) {
    text += toml_line("stages", toml_list(order.stages)) + toml_line("ends", toml_quoted("quantized"));
  }
  if (order.quantizer == ArmQuantizer::kLsq) {
    text += toml_line("activation_bits", std::to_string(kActivationBits));
  }
  return text + "\n";
}

/// The rate of the bundled network's training when its norms were frozen (2e-3 x 0.35^2): what goes on from
/// its end, with small steps, would be shaken up by the full one.
constexpr char kRetrainingRate[] = "2.5e-4";
/// The rate rises to it within this part of the steps of a stage: Adam's first steps are as large as its
/// rate, whatever the gradients are.
constexpr int kWarmUpPart = 10;

/// Rises from 0, then falls to a tenth after 1/3, 2/3 and 5/6 of the last stage (A.4.3); with INQ it follows
/// Table 10 in every stage, by itself.
std::string retraining_rate(const TrainingOrder& order, const StudySizes& sizes, int stages) {
  std::string text = toml_line("learning_rate", kRetrainingRate) +
                     toml_line("warm_up", std::to_string(std::max(1, sizes.stage_steps / kWarmUpPart)));
  if (order.quantizer == ArmQuantizer::kInq) {
    return text;
  }
  std::string shares;
  for (const double share : {1.0 / 3.0, 2.0 / 3.0, 5.0 / 6.0}) {
    shares += (shares.empty() ? "" : ", ") + fixed_text((stages - 1 + share) / stages, 4);
  }
  return text + toml_line("milestones", toml_quoted(shares)) + toml_line("milestone_factor", "0.1");
}

/// As the bundled network was trained.
constexpr char kAugmentation[] =
    "[augmentation]\n"
    "brightness = 0.08\n"
    "contrast = 0.3\n"
    "noise = 0.02\n"
    "shift_px = 6\n\n";
constexpr char kFreshRate[] =
    "learning_rate = 2e-3\n"
    "warm_up = 100\n"
    "milestones = \"0.3, 0.5, 0.65, 0.78, 0.88, 0.95\"\n"
    "milestone_factor = 0.35\n"
    "live_norm_share = 0.5\n";

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
  const int stages = std::max(1, static_cast<int>(order.stages.size()));
  std::string text = "[keypoint]\n" +
                     (retrains ? toml_line("start", toml_quoted(order.start))
                               : toml_line("config", toml_quoted(order.config))) +
                     "\n";
  text += retrains ? quantization_section(order) : std::string();
  text += "[data]\n" + toml_line("train", toml_quoted(order.data)) +
          toml_line("train_frames", std::to_string(sizes.train_images)) + "\n" + kAugmentation;
  text += "[training]\n" + toml_line("seed", std::to_string(order.seed)) +
          toml_line("steps", std::to_string(stages * order.stage_steps)) +
          toml_line("batch", std::to_string(sizes.batch)) + toml_line("optimizer", toml_quoted("adam"));
  return text + (retrains ? retraining_rate(order, sizes, stages) : kFreshRate);
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
