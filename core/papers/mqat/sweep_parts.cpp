// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/sweep_parts.h"

#include <algorithm>
#include <limits>

#include "core/evaluation/statistics/statistics.h"
#include "core/papers/mqat/recipe_text.h"

namespace alidade::mqat {
namespace {

constexpr const char* kSweepWidths[] = {"binary", "ternary", "2", "3", "4", "8"};
constexpr ShareMetric kSweepMetrics[] = {
    kUsual, kStrict, kLenient, {ShareMetric::Error::kAdd, 0.1}, {ShareMetric::Error::kAdiReverse, 0.1}};
constexpr int kReplicates = 200;

/// A share with the percentile bootstrap over images.
IntervalNumber share_number(const ImageRecords* images, const ShareMetric& metric) {
  IntervalNumber number;
  const auto value = images ? share(*images, metric) : std::nullopt;
  if (!value) {
    return number;
  }
  number.value = *value;
  std::vector<std::uint32_t> weights(images->size());
  std::vector<double> replicates;
  for (int replicate = 0; replicate < kReplicates; ++replicate) {
    bootstrap_weights(0, static_cast<std::uint64_t>(replicate), weights);
    if (const auto drawn = share(*images, metric, weights)) {
      replicates.push_back(*drawn);
    }
  }
  std::sort(replicates.begin(), replicates.end());
  const Interval interval = percentile_interval(replicates, 0.95);
  number.low = interval.low;
  number.high = interval.high;
  return number;
}

}  // namespace

std::vector<SweepAccuracy> sweep_accuracies(const ImageRecords* selection, const ImageRecords* held_out) {
  std::vector<SweepAccuracy> accuracies;
  for (const ShareMetric& metric : kSweepMetrics) {
    accuracies.push_back({metric.id(), share_number(selection, metric), share_number(held_out, metric)});
  }
  return accuracies;
}

std::vector<SweepModule> sweep_modules(const NetworkFacts& facts, const LayerTraces* traces) {
  std::vector<SweepModule> modules;
  for (const std::string& name : facts.modules) {
    SweepModule module{name, facts.parameters(name), {}};
    NetworkFacts alone = facts;
    std::erase_if(alone.layers, [&](const LayerFacts& layer) { return layer.module != name; });
    const auto add = [&](const std::string& width) {
      const LayerLevels levels = layer_levels(alone, {{name, width}});
      SweepOption option{width, 8 * weight_bytes(alone, levels)};
      option.bit_operations = bit_operations(alone, levels, kActivationBits);
      option.loss = traces && width != kFloat ? module_loss(facts, *traces, name, width) : 0.0;
      module.options.push_back(std::move(option));
    };
    for (const char* width : kSweepWidths) {
      const bool known = std::all_of(alone.layers.begin(), alone.layers.end(),
                                     [&](const LayerFacts& layer) { return layer.widths.contains(width); });
      if (known) {
        add(width);
      }
    }
    add(kFloat);
    modules.push_back(std::move(module));
  }
  return modules;
}

std::vector<SweepLayer> sweep_layers(const NetworkFacts& facts) {
  std::vector<SweepLayer> layers;
  for (const LayerFacts& layer : facts.layers) {
    layers.push_back({layer.name, layer.module, layer.parameters, layer.multiply_adds});
  }
  return layers;
}

double predicted_loss(const NetworkFacts& facts, const LayerTraces* traces, const LayerLevels& levels) {
  if (!traces) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  double sum = 0.0;
  for (const std::string& module : facts.modules) {
    double own = 0.0;
    std::size_t layers = 0;
    for (const LayerFacts& layer : facts.layers) {
      if (layer.module == module) {
        ++layers;
        const auto width = levels.find(layer.name);
        if (width != levels.end()) {
          NetworkFacts single{{module}, {layer}};
          own += module_loss(single, *traces, module, width->second);
        }
      }
    }
    sum += layers > 0 ? own / static_cast<double>(layers) : 0.0;
  }
  return sum;
}

void add_assignment(SweepPoint& point, const NetworkFacts& facts, const LayerTraces* traces,
                    const LayerLevels& levels, int activation_bits) {
  point.levels = module_widths(facts, levels);
  if (std::find(point.levels.begin(), point.levels.end(), "mixed") != point.levels.end()) {
    for (const LayerFacts& layer : facts.layers) {
      const auto width = levels.find(layer.name);
      point.layer_levels.push_back(width == levels.end() ? kFloat : width->second);
    }
  }
  point.activation_bits = levels.empty() ? 0 : activation_bits;
  point.bytes = file_bytes(facts, levels);
  point.bits = 8 * weight_bytes(facts, levels);
  point.bit_operations = bit_operations(facts, levels, point.activation_bits);
  point.predicted_loss = predicted_loss(facts, traces, levels);
}

}  // namespace alidade::mqat
