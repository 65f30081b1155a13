// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/quantization_recipe.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/provenance.h"
#include "core/quant/mqat.h"

namespace alidade {
namespace {

constexpr const char* kEverything = "all";
constexpr const char* kFullPrecision = "32";

TomlKey list_of_stages(std::vector<ModuleLevels>& target) {
  return {"a list such as [\"pyramid=2\", \"backbone=8,head=8\"]", [&target](const TomlValue& value) {
            const auto* texts = std::get_if<std::vector<std::string>>(&value);
            target.clear();
            for (const std::string& text : texts != nullptr ? *texts : std::vector<std::string>()) {
              auto stage = parse_module_levels(text);
              if (!stage) {
                return false;
              }
              target.push_back(std::move(*stage));
            }
            return !target.empty();
          }};
}

TomlKey list_of_steps(std::vector<int>& target) {
  return {"a list of whole numbers above 0, such as [\"300\", \"600\"]", [&target](const TomlValue& value) {
            const auto* texts = std::get_if<std::vector<std::string>>(&value);
            target.clear();
            for (const std::string& text : texts != nullptr ? *texts : std::vector<std::string>()) {
              int steps = 0;
              const char* end = text.data() + text.size();
              const auto [stop, problem] = std::from_chars(text.data(), end, steps);
              if (problem != std::errc() || stop != end || steps < 1) {
                return false;
              }
              target.push_back(steps);
            }
            return !target.empty();
          }};
}

bool names(const std::string& item, const std::string& weight) {
  return item == kEverything || weight == item || weight.starts_with(item + ".");
}

std::vector<std::string> quantizable_weights(const Model& network) {
  std::vector<std::string> weights;
  for (const ParameterInfo& parameter : network.parameters()) {
    if (parameter.shape.size() >= 2 && parameter.name.ends_with("weight")) {
      weights.push_back(parameter.name);
    }
  }
  return weights;
}

Error matches_nothing(const std::string& item, const Model& network) {
  std::string known;
  for (const ParameterSet& module : network.modules()) {
    known += (known.empty() ? "" : ", ") + module.name;
  }
  return usage_error("\"" + item + "\" names no weight that is not quantized already; the modules are " +
                     known + ", their layers have the names of the checkpoint, and all is the rest.");
}

/// Levels of a stage by weight; `taken` gets its weights too.
Expected<std::map<std::string, std::string>> stage_levels(ModuleLevels items, const Model& network,
                                                          std::set<std::string>& taken) {
  // What names less goes last, and finds what is left.
  std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
    return (a.first != kEverything) > (b.first != kEverything) ||
           ((a.first != kEverything) == (b.first != kEverything) && a.first.size() > b.first.size());
  });
  std::map<std::string, std::string> levels;
  for (const auto& [item, name] : items) {
    bool found = false;
    for (const std::string& weight : quantizable_weights(network)) {
      if (names(item, weight) && taken.insert(weight).second) {
        found = true;
        levels[weight] = name;
      }
    }
    if (!found) {
      return matches_nothing(item, network);
    }
  }
  // Layers at 32 bits stay as they are; a later stage may still take them.
  std::erase_if(levels, [&](const auto& entry) {
    const bool is_float = entry.second == kFullPrecision;
    if (is_float) {
      taken.erase(entry.first);
    }
    return is_float;
  });
  return levels;
}

/// "mixed" where the weights of a module differ.
std::string module_width(const ParameterSet& module, const std::map<std::string, std::string>& levels,
                         const std::vector<std::string>& weights) {
  std::set<std::string> widths;
  for (const std::string& weight : module.parameters) {
    if (std::find(weights.begin(), weights.end(), weight) != weights.end()) {
      const auto found = levels.find(weight);
      widths.insert(found == levels.end() ? kFullPrecision : found->second);
    }
  }
  return widths.size() == 1 ? *widths.begin() : widths.empty() ? kFullPrecision : "mixed";
}

std::map<std::string, std::string> all_levels(const TrainingQuantization& how) {
  std::map<std::string, std::string> levels;
  for (const QuantizationStage& stage : how.stages) {
    levels.insert(stage.levels.begin(), stage.levels.end());
  }
  return levels;
}

const char* ends_word(EndLayers ends) {
  switch (ends) {
    case EndLayers::kQuantized:
      return "quantized";
    case EndLayers::kEightBit:
      return "8";
    case EndLayers::kFloat:
      return "float";
  }
  return "";
}

const char* norm_word(TrainingNorm norm) {
  switch (norm) {
    case TrainingNorm::kLive:
      return "live";
    case TrainingNorm::kFrozen:
      return "frozen";
    case TrainingNorm::kFolded:
      return "folded";
  }
  return "";
}

}  // namespace

TomlKeys quantization_keys(QuantizationRecipe& r) {
  using Quantizer = std::optional<TrainingQuantizer>;
  return {{"quantizer", toml_choice<Quantizer>(r.quantizer, {{"lsq", TrainingQuantizer::kLsq},
                                                             {"inq", TrainingQuantizer::kInq},
                                                             {"none", std::nullopt}})},
          {"norm", toml_choice(r.norm, {{"live", TrainingNorm::kLive},
                                        {"frozen", TrainingNorm::kFrozen},
                                        {"folded", TrainingNorm::kFolded}})},
          {"stages", list_of_stages(r.stages)},
          {"stage_steps", list_of_steps(r.stage_steps)},
          {"activation_bits", toml_whole(r.activation_bits, 0, 8)},
          {"scales", toml_choice(r.per_channel, {{"channel", true}, {"tensor", false}})},
          {"ends", toml_choice(r.ends, {{"quantized", EndLayers::kQuantized},
                                        {"8", EndLayers::kEightBit},
                                        {"float", EndLayers::kFloat}})},
          {"freeze", toml_choice(r.freeze, {{"magnitude", FreezeOrder::kMagnitude},
                                            {"rows", FreezeOrder::kRowMagnitude},
                                            {"random", FreezeOrder::kRandom}})},
          {"step_start",
           toml_choice(r.start, {{"lsq", StepStart::kMeanMagnitude}, {"mse", StepStart::kLeastSquares}})},
          {"step_rate", toml_number(r.step_rate, 1e-6, 1e3)}};
}

TomlKeys weight_quantization_keys(QuantizationRecipe& r, const std::filesystem::path& folder) {
  TomlKeys keys = quantization_keys(r);
  keys.erase("activation_bits");
  keys.erase("ends");
  keys.at("norm") = toml_choice(r.norm, {{"live", TrainingNorm::kLive}, {"frozen", TrainingNorm::kFrozen}});
  keys.emplace("start", toml_path(r.checkpoint, folder));
  return keys;
}

Expected<void> check_quantization_recipe(const QuantizationRecipe& recipe, int training_steps,
                                         const std::string& file) {
  if (!recipe.present) {
    return {};
  }
  const auto problem = [&](const std::string& key, const std::string& what, const std::string& remedy) {
    return input_error(file, "[quantization] " + key, what, remedy);
  };
  if (!recipe.quantizer) {
    return recipe.stages.empty()
               ? Expected<void>()
               : problem("stages", "without a quantizer nothing is quantized", "leave them out");
  }
  if (recipe.stages.empty()) {
    return problem("stages", "nothing is quantized", "name modules and their levels, such as [\"all=8\"]");
  }
  if (recipe.activation_bits == 1) {
    return problem("activation_bits", "inputs of one bit are not supported", "use 0 or 2 to 8");
  }
  const std::int64_t sum =
      std::accumulate(recipe.stage_steps.begin(), recipe.stage_steps.end(), std::int64_t{0});
  if (!recipe.stage_steps.empty() &&
      (recipe.stage_steps.size() != recipe.stages.size() || sum != training_steps)) {
    return problem("stage_steps",
                   "they are " + std::to_string(recipe.stage_steps.size()) + " numbers with the sum " +
                       std::to_string(sum),
                   "give one for each stage, " + std::to_string(training_steps) + " in all, or none");
  }
  if (static_cast<std::int64_t>(recipe.stages.size()) > training_steps) {
    return problem("stages", "there are more of them than steps", "train for longer");
  }
  return {};
}

Expected<TrainingQuantization> training_quantization(const QuantizationRecipe& recipe, const Model& network,
                                                     const std::vector<std::string>& end_weights,
                                                     int training_steps, std::uint64_t seed) {
  TrainingQuantization how;
  how.quantizer = recipe.quantizer.value_or(TrainingQuantizer::kLsq);
  how.activation_bits = recipe.activation_bits;
  how.per_channel = recipe.per_channel;
  how.start = recipe.start;
  how.step_rate = recipe.step_rate;
  how.freeze = recipe.freeze;
  how.fractions = inq_fractions();
  how.seed = seed;
  std::set<std::string> taken;
  const int count = static_cast<int>(recipe.stages.size());
  for (int i = 0; i < count; ++i) {
    auto levels = stage_levels(recipe.stages[static_cast<std::size_t>(i)], network, taken);
    if (!levels) {
      return levels.error();
    }
    const int equal = training_steps * (i + 1) / count - training_steps * i / count;
    how.stages.push_back({std::move(*levels), recipe.stage_steps.empty()
                                                  ? equal
                                                  : recipe.stage_steps[static_cast<std::size_t>(i)]});
  }
  set_ends(how, end_weights, recipe.ends);
  if (auto fine = check_quantization(how); !fine) {
    return fine.error();
  }
  return how;
}

Expected<std::string> set_up_quantization(const QuantizationRecipe& recipe, const Model& network,
                                          const std::vector<std::string>& end_weights, int training_steps,
                                          std::uint64_t seed, const std::string& file,
                                          const QuantizationHooks& hooks) {
  if (recipe.present && recipe.norm == TrainingNorm::kFrozen) {
    hooks.freeze_norms();
  }
  if (!recipe.present || !recipe.quantizer) {
    return std::string();
  }
  const auto how = training_quantization(recipe, network, end_weights, training_steps, seed);
  if (!how) {
    return input_error(file, "[quantization]", how.error().message, "change it");
  }
  if (auto begun = hooks.quantize(*how); !begun) {
    return input_error(file, "[quantization]", begun.error().message, "change it");
  }
  return quantization_text(recipe, *how, network);
}

Expected<void> write_packed_beside(const std::filesystem::path& checkpoint,
                                   const Expected<PackedCheckpoint>& packed) {
  return packed ? write_packed(checkpoint.parent_path() / "packed.safetensors", *packed)
                : Expected<void>(packed.error());
}

std::string quantization_label(const TrainingQuantization& how, const Model& network) {
  const auto levels = all_levels(how);
  const auto weights = quantizable_weights(network);
  std::vector<std::string> widths;
  for (const ParameterSet& module : network.modules()) {
    widths.push_back(module_width(module, levels, weights));
  }
  return assignment_label(widths,
                          how.activation_bits > 0 ? std::optional<int>(how.activation_bits) : std::nullopt);
}

std::string quantization_text(const QuantizationRecipe& recipe, const TrainingQuantization& how,
                              const Model& network) {
  nlohmann::ordered_json json;
  json["label"] = quantization_label(how, network);
  json["quantizer"] = how.quantizer == TrainingQuantizer::kLsq ? "LSQ" : "INQ";
  json["norm"] = norm_word(recipe.norm);
  const bool channel = how.quantizer == TrainingQuantizer::kLsq && how.per_channel;
  json["scales"] = channel ? "per channel" : "per tensor";
  json["ends"] = ends_word(recipe.ends);
  json["activation_bits"] = how.activation_bits;
  json["stages"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < recipe.stages.size(); ++i) {
    nlohmann::ordered_json stage{{"steps", how.stages[i].steps}};
    for (const auto& [name, levels] : recipe.stages[i]) {
      stage["levels"][name] = levels;
    }
    json["stages"].push_back(stage);
  }
  json["version"] = current_provenance().version;
  return json_text(json);
}

}  // namespace alidade
