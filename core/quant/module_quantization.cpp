// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/module_quantization.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/provenance.h"
#include "core/quant/mqat.h"

namespace alidade {
namespace {

constexpr const char* kFloatLevels = "32";
constexpr std::uint64_t kFloatBytes = 4;

/// A weight as numbers, its first axis the rows.
struct WeightValues {
  std::vector<double> values;
  std::size_t rows = 0;
};

WeightValues values_of(const TensorEntry& tensor) {
  return {tensor_values(tensor), static_cast<std::size_t>(tensor.shape[0])};
}

Expected<PackedTensor> packed_weight(const std::string& name, const TensorEntry& tensor,
                                     const LevelSet& levels, const WeightOptions& options) {
  const WeightValues weight = values_of(tensor);
  auto quantized = quantize({name, weight.values, weight.rows}, levels, options.granularity, options.rule);
  if (!quantized) {
    return quantized.error();
  }
  return PackedTensor{tensor.shape, std::move(*quantized)};
}

bool is_kept(const WeightOptions& options, const std::string& tensor) {
  return std::find(options.keep.begin(), options.keep.end(), tensor) != options.keep.end();
}

/// The weights of a module that are there and not to be kept.
std::vector<std::string> weights_of(const SafeTensors& content, const WeightModule& module,
                                    const WeightOptions& options) {
  std::vector<std::string> names;
  for (const std::string& name : module.tensors) {
    const auto found = content.tensors.find(name);
    if (found != content.tensors.end() && is_weight(found->second) && !is_kept(options, name)) {
      names.push_back(name);
    }
  }
  return names;
}

Expected<LayerAnalysis> analyze_layer(const std::string& module, const std::string& name,
                                      const TensorEntry& tensor, const std::vector<LevelSet>& levels,
                                      const WeightOptions& options) {
  LayerAnalysis layer{module, name, 0, 0.0, {}, {}};
  const auto weights = tensor_values(tensor);
  layer.parameters = static_cast<std::int64_t>(weights.size());
  for (const double weight : weights) {
    layer.energy += weight * weight;
  }
  for (const LevelSet& set : levels) {
    const auto packed = packed_weight(name, tensor, set, options);
    if (!packed) {
      return packed.error();
    }
    layer.errors.push_back(squared_error(weights, dequantized(packed->weights)));
    layer.bytes.push_back(packed_bytes(*packed));
  }
  return layer;
}

/// Nothing where there is no signal; infinite ratios (no error at all) have no number either.
Table::Cell decibels(double energy, double error) {
  return energy > 0.0 && error > 0.0 ? Table::Cell(10.0 * std::log10(energy / error)) : Table::Cell();
}

std::vector<Table::Cell> analysis_row(const LayerAnalysis& sum, const std::string& tensor) {
  std::vector<Table::Cell> row{sum.module, tensor, static_cast<double>(sum.parameters),
                               static_cast<double>(sum.parameters) * static_cast<double>(kFloatBytes)};
  for (std::size_t i = 0; i < sum.errors.size(); ++i) {
    row.push_back(decibels(sum.energy, sum.errors[i]));
    row.emplace_back(static_cast<double>(sum.bytes[i]));
  }
  return row;
}

void add_layer(LayerAnalysis& sum, const LayerAnalysis& layer) {
  sum.parameters += layer.parameters;
  sum.energy += layer.energy;
  for (std::size_t i = 0; i < layer.errors.size(); ++i) {
    sum.errors[i] += layer.errors[i];
    sum.bytes[i] += layer.bytes[i];
  }
}

/// Levels of a module in an assignment; "32" where it is not named.
std::string levels_of(const ModuleLevels& assignment, const std::string& module) {
  const auto found = std::find_if(assignment.begin(), assignment.end(),
                                  [&](const auto& pair) { return pair.first == module; });
  return found == assignment.end() ? kFloatLevels : found->second;
}

Expected<void> check_names(const SafeTensors& content, const std::vector<WeightModule>& modules,
                           const ModuleLevels& assignment, const WeightOptions& options) {
  std::string known;
  for (const WeightModule& module : modules) {
    known += (known.empty() ? "" : ", ") + module.name;
  }
  for (const auto& [name, levels] : assignment) {
    if (std::none_of(modules.begin(), modules.end(),
                     [&](const auto& module) { return module.name == name; })) {
      return usage_error("The network has no module \"" + name + "\"; its modules are " + known + ".");
    }
  }
  for (const std::string& name : options.keep) {
    if (!content.tensors.contains(name)) {
      return usage_error("The network has no tensor \"" + name +
                         "\" to keep; `alidade quantize analyze` lists the weights.");
    }
  }
  return {};
}

std::string quantization_text(const std::string& file_name, const std::string& sha256,
                              const std::vector<WeightModule>& modules, const ModuleLevels& assignment,
                              const WeightOptions& options) {
  nlohmann::ordered_json json;
  json["label"] = module_label(modules, assignment);
  for (const WeightModule& module : modules) {
    const auto levels = named_levels(levels_of(assignment, module.name));
    json["modules"][module.name] = levels ? levels->label() : "float32";
  }
  json["scales"] = options.granularity == Granularity::kChannel ? "per channel" : "per tensor";
  json["range"] = options.rule == RangeRule::kLeastSquares ? "least squared error" : "largest weight";
  json["kept"] = options.keep;
  json["from"] = file_name;
  json["from_sha256"] = sha256;
  json["version"] = current_provenance().version;
  return json_text(json);
}

}  // namespace

bool is_weight(const TensorEntry& tensor) {
  return tensor.dtype == "F32" && tensor.shape.size() >= 2 && !tensor.bytes.empty();
}

Expected<WeightAnalysis> analyze_weights(const SafeTensors& content, const std::vector<WeightModule>& modules,
                                         const std::vector<LevelSet>& levels, const WeightOptions& options,
                                         const JobContext& job) {
  if (const auto fine = check_names(content, modules, {}, options); !fine) {
    return fine.error();
  }
  WeightAnalysis analysis{levels, {}};
  for (const WeightModule& module : modules) {
    for (const std::string& name : weights_of(content, module, options)) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "The analysis of the weights was stopped."};
      }
      auto layer = analyze_layer(module.name, name, content.tensors.at(name), levels, options);
      if (!layer) {
        return layer.error();
      }
      analysis.layers.push_back(std::move(*layer));
    }
  }
  if (analysis.layers.empty()) {
    return usage_error("No module of the network has a weight that can be quantized.");
  }
  return analysis;
}

Table analysis_table(const WeightAnalysis& analysis) {
  Table table;
  table.columns = {"module", "tensor", "parameters", "float32 (bytes)"};
  table.look.names = 2;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    table.look.columns.push_back({TableLook::Role::kValue, 0});
  }
  for (const LevelSet& levels : analysis.levels) {
    table.columns.push_back(levels.label() + ": SQNR (dB)");
    table.columns.push_back(levels.label() + " (bytes)");
    table.look.columns.push_back({TableLook::Role::kValue, 1});
    table.look.columns.push_back({TableLook::Role::kValue, 0});
  }
  for (std::size_t first = 0; first < analysis.layers.size();) {
    std::size_t last = first;
    LayerAnalysis sum{analysis.layers[first].module,
                      {},
                      0,
                      0.0,
                      std::vector<double>(analysis.levels.size(), 0.0),
                      std::vector<std::uint64_t>(analysis.levels.size(), 0)};
    for (; last < analysis.layers.size() && analysis.layers[last].module == sum.module; ++last) {
      add_layer(sum, analysis.layers[last]);
    }
    table.rows.push_back(analysis_row(sum, "(all)"));
    for (; first < last; ++first) {
      table.rows.push_back(analysis_row(analysis.layers[first], analysis.layers[first].tensor));
    }
  }
  return table;
}

Expected<ModuleLevels> parse_module_levels(const std::string& text) {
  ModuleLevels assignment;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const std::size_t equal = part.find('=');
    begin = end + 1;
    if (equal == 0 || equal == std::string::npos) {
      return usage_error("\"" + part + "\" is not MODULE=LEVELS, such as head=8.");
    }
    const std::string module = part.substr(0, equal), levels = part.substr(equal + 1);
    if (levels_of(assignment, module) != kFloatLevels) {
      return usage_error("The module \"" + module + "\" is named twice.");
    }
    if (levels != kFloatLevels) {
      const auto known = named_levels(levels);
      if (!known) {
        return known.error();
      }
      if (known->kind == LevelKind::kUnsigned) {
        return usage_error("Weights have both signs: " + known->label() + " do not fit them.");
      }
    }
    assignment.emplace_back(module, levels);
  }
  return assignment;
}

std::string module_label(const std::vector<WeightModule>& modules, const ModuleLevels& assignment) {
  std::vector<std::string> widths;
  for (const WeightModule& module : modules) {
    widths.push_back(levels_of(assignment, module.name));
  }
  return assignment_label(widths);
}

Expected<PackedCheckpoint> quantize_modules(const SafeTensors& content, const std::string& file_name,
                                            const std::string& file_sha256,
                                            const std::vector<WeightModule>& modules,
                                            const ModuleLevels& assignment, const WeightOptions& options,
                                            const JobContext& job) {
  if (const auto fine = check_names(content, modules, assignment, options); !fine) {
    return fine.error();
  }
  PackedCheckpoint checkpoint;
  checkpoint.plain = content.tensors;
  checkpoint.original = content.metadata;
  checkpoint.provenance["quantization"] =
      quantization_text(file_name, file_sha256, modules, assignment, options);
  for (const WeightModule& module : modules) {
    const std::string name = levels_of(assignment, module.name);
    if (name == kFloatLevels) {
      continue;
    }
    const auto levels = named_levels(name);
    if (!levels) {
      return levels.error();
    }
    for (const std::string& tensor : weights_of(content, module, options)) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "The quantization was stopped."};
      }
      auto packed = packed_weight(tensor, content.tensors.at(tensor), *levels, options);
      if (!packed) {
        return packed.error();
      }
      checkpoint.packed.emplace(tensor, std::move(*packed));
      checkpoint.plain.erase(tensor);
    }
  }
  return checkpoint;
}

}  // namespace alidade
