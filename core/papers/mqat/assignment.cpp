// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/assignment.h"

#include <algorithm>
#include <set>

#include "core/quant/allocation.h"
#include "core/quant/level_set.h"

namespace alidade::mqat {
namespace {

constexpr std::int64_t kFloatWidth = 32, kBytesOfFloat = 4, kBitsOfByte = 8;

std::string levels_of_layer(const LayerLevels& levels, const std::string& layer) {
  const auto found = levels.find(layer);
  return found == levels.end() ? kFloat : found->second;
}

std::int64_t layer_bytes(const LayerFacts& layer, const std::string& levels) {
  const auto found = layer.widths.find(levels);
  return found == layer.widths.end() ? layer.parameters * kBytesOfFloat : found->second.bytes;
}

/// Bits of a code; float32 for what names no levels.
std::int64_t code_bits(const std::string& levels) {
  const auto named = levels == kFloat ? Expected<LevelSet>(Error{}) : named_levels(levels);
  return named ? named->bits : kFloatWidth;
}

LayerError layer_error(const LayerFacts& layer, const LayerTraces& traces, const std::string& levels) {
  const auto trace = traces.find(layer.name);
  const auto width = layer.widths.find(levels);
  return {trace == traces.end() ? 0.0 : std::max(0.0, trace->second.mean), layer.parameters,
          width == layer.widths.end() ? 0.0 : width->second.squared_error};
}

std::int64_t module_bytes(const NetworkFacts& facts, const std::string& module, const std::string& levels) {
  std::int64_t bytes = 0;
  for (const LayerFacts& layer : facts.layers) {
    bytes += layer.module == module ? layer_bytes(layer, levels) : 0;
  }
  return bytes;
}

/// The best choice within a budget of bytes, exactly where the sizes share a grid.
struct Solved {
  Allocation allocation;
  std::string description;
};
Expected<Solved> solve_within(const AllocationProblem& problem, std::int64_t budget_bits) {
  const auto frontier = allocation_frontier(problem);
  if (!frontier) {
    return frontier.error();
  }
  if (!frontier->exact()) {  // sizes of whole words share a grid in every network of ours
    const auto bounded = solve_allocation(problem, budget_bits);
    return bounded ? Expected<Solved>(Solved{bounded->best, bounded->description()})
                   : Expected<Solved>(bounded.error());
  }
  const auto best = frontier->solve(budget_bits);
  return best ? Expected<Solved>(Solved{*best, frontier->description()}) : Expected<Solved>(best.error());
}

}  // namespace

std::int64_t NetworkFacts::parameters(const std::string& module) const {
  std::int64_t sum = 0;
  for (const LayerFacts& layer : layers) {
    sum += layer.module == module ? layer.parameters : 0;
  }
  return sum;
}

LayerLevels layer_levels(const NetworkFacts& facts, const ModuleLevels& modules) {
  LayerLevels levels;
  for (const LayerFacts& layer : facts.layers) {
    for (const auto& [module, width] : modules) {
      if (module == layer.module && width != kFloat) {
        levels[layer.name] = width;
      }
    }
  }
  return levels;
}

ModuleLevels uniform_levels_of(const NetworkFacts& facts, const std::string& levels) {
  ModuleLevels all;
  for (const std::string& module : facts.modules) {
    all.emplace_back(module, levels);
  }
  return all;
}

std::vector<std::string> module_widths(const NetworkFacts& facts, const LayerLevels& levels) {
  std::vector<std::string> widths;
  for (const std::string& module : facts.modules) {
    std::set<std::string> found;
    for (const LayerFacts& layer : facts.layers) {
      if (layer.module == module) {
        found.insert(levels_of_layer(levels, layer.name));
      }
    }
    widths.push_back(found.empty() ? kFloat : found.size() == 1 ? *found.begin() : std::string("mixed"));
  }
  return widths;
}

std::string assignment_name(const NetworkFacts& facts, const LayerLevels& levels) {
  const auto widths = module_widths(facts, levels);
  return std::find(widths.begin(), widths.end(), "mixed") == widths.end() ? assignment_label(widths)
                                                                          : "mixed by layer";
}

std::int64_t weight_bytes(const NetworkFacts& facts, const LayerLevels& levels) {
  std::int64_t bytes = 0;
  for (const LayerFacts& layer : facts.layers) {
    bytes += layer_bytes(layer, levels_of_layer(levels, layer.name));
  }
  return bytes;
}

std::int64_t file_bytes(const NetworkFacts& facts, const LayerLevels& levels) {
  return facts.rest_bytes + weight_bytes(facts, levels);
}

double bit_operations(const NetworkFacts& facts, const LayerLevels& levels, int activation_bits) {
  double sum = 0.0;
  for (const LayerFacts& layer : facts.layers) {
    const std::string name = levels_of_layer(levels, layer.name);
    const bool quantized = name != kFloat && activation_bits > 0;
    sum += static_cast<double>(layer.multiply_adds) * static_cast<double>(code_bits(name)) *
           (quantized ? activation_bits : static_cast<double>(kFloatWidth));
  }
  return sum;
}

double module_loss(const NetworkFacts& facts, const LayerTraces& traces, const std::string& module,
                   const std::string& levels) {
  std::vector<LayerError> layers;
  for (const LayerFacts& layer : facts.layers) {
    if (layer.module == module) {
      layers.push_back(layer_error(layer, traces, levels));
    }
  }
  return layers.empty() ? 0.0 : module_importance(layers);
}

Expected<StudyFlow> study_flow(const NetworkFacts& facts, const std::map<std::string, double>& aggressive,
                               double full_precision) {
  std::vector<MqatModule> modules;
  for (const std::string& name : facts.modules) {
    const auto accuracy = aggressive.find(name);
    modules.push_back(
        {name, facts.parameters(name),
         accuracy == aggressive.end() ? std::optional<double>() : std::optional(accuracy->second)});
  }
  const auto flow = quantization_flow(modules, full_precision);
  if (!flow) {
    return flow.error();
  }
  StudyFlow named;
  if (flow->best) {
    named.best = facts.modules[*flow->best];
    named.order.push_back(named.best);
  }
  for (const std::size_t module : flow->order) {
    named.order.push_back(facts.modules[module]);
  }
  return named;
}

Expected<StudyAllocation> module_allocation(const NetworkFacts& facts, const LayerTraces& traces,
                                            const StudyFlow& flow, std::int64_t budget_bytes) {
  AllocationProblem problem;
  for (const std::string& module : facts.modules) {
    AllocationItem item{module, {}};
    for (const char* width : kWidths) {
      item.options.push_back({width, kBitsOfByte * module_bytes(facts, module, width),
                              module_loss(facts, traces, module, width),
                              module != flow.best || width == std::string(kAggressive)});
    }
    problem.items.push_back(std::move(item));
  }
  const auto solved = solve_within(problem, kBitsOfByte * budget_bytes);
  if (!solved) {
    return solved.error();
  }
  ModuleLevels chosen;
  for (std::size_t i = 0; i < problem.items.size(); ++i) {
    chosen.emplace_back(facts.modules[i], kWidths[solved->allocation.options[i]]);
  }
  StudyAllocation allocation{layer_levels(facts, chosen), 0, solved->allocation.loss, solved->description};
  allocation.bytes = weight_bytes(facts, allocation.levels);
  return allocation;
}

Expected<StudyAllocation> layer_allocation(const NetworkFacts& facts, const LayerTraces& traces,
                                           std::int64_t budget_bytes) {
  AllocationProblem problem;
  for (const LayerFacts& layer : facts.layers) {
    AllocationItem item{layer.name, {}};
    for (const char* width : kWidths) {
      item.options.push_back({width, kBitsOfByte * layer_bytes(layer, width),
                              layer_importance(layer_error(layer, traces, width))});
    }
    problem.items.push_back(std::move(item));
  }
  const auto solved = solve_within(problem, kBitsOfByte * budget_bytes);
  if (!solved) {
    return solved.error();
  }
  StudyAllocation allocation{{}, 0, solved->allocation.loss, solved->description};
  for (std::size_t i = 0; i < facts.layers.size(); ++i) {
    allocation.levels[facts.layers[i].name] = kWidths[solved->allocation.options[i]];
  }
  allocation.bytes = weight_bytes(facts, allocation.levels);
  return allocation;
}

}  // namespace alidade::mqat
