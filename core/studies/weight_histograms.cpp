// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/weight_histograms.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <utility>

namespace alidade {
namespace {

constexpr std::size_t kHistogramBins = 120;

/// Each weight over its scale; those of a channel of scale 0 are 0.
std::vector<double> in_scales(std::vector<double> values, const QuantizedWeights& weights) {
  const std::vector<double>& scales = weights.scales.values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double scale = scales[scales.size() == 1 ? 0 : i / weights.columns];
    values[i] = scale == 0.0 ? 0.0 : values[i] / scale;
  }
  return values;
}

void count_bins(const std::vector<double>& values, LayerHistogram& layer) {
  double reach = 0.0;
  for (const double value : values) {
    reach = std::max(reach, std::abs(value));
  }
  for (const double level : layer.level_values) {
    reach = std::max(reach, std::abs(level));
  }
  reach = reach > 0.0 && std::isfinite(reach) ? reach : 1.0;
  layer.low = -reach;
  layer.high = reach;
  layer.counts.assign(kHistogramBins, 0);
  for (const double value : values) {
    if (std::isfinite(value)) {
      const double place = (value / reach + 1.0) / 2.0 * static_cast<double>(kHistogramBins);
      ++layer.counts[std::min(static_cast<std::size_t>(place), kHistogramBins - 1)];
    }
  }
}

LayerHistogram layer_histogram(const std::string& module, const std::string& name,
                               const std::vector<double>& values, const QuantizedWeights* quantized) {
  LayerHistogram layer;
  layer.layer = name;
  layer.module = module;
  layer.parameters = static_cast<std::int64_t>(values.size());
  for (const double value : values) {
    layer.energy += value * value;
  }
  if (quantized == nullptr) {
    count_bins(values, layer);
    return layer;
  }
  layer.levels = quantized->levels.label();
  layer.level_values = quantized->levels.values;
  layer.level_counts.assign(layer.level_values.size(), 0);
  for (const std::uint8_t code : quantized->codes) {
    ++layer.level_counts[code];
  }
  layer.squared_error = squared_error(values, dequantized(*quantized));
  count_bins(in_scales(values, *quantized), layer);
  return layer;
}

}  // namespace

std::vector<WeightModule> weight_modules(const Model& model) {
  std::vector<WeightModule> modules;
  for (const ParameterSet& module : model.modules()) {
    modules.push_back({module.name, module.parameters});
  }
  return modules;
}

std::vector<ModuleSize> module_sizes(const Model& model) {
  std::map<std::string, ParameterInfo> parameters;
  for (const ParameterInfo& parameter : model.parameters()) {
    parameters.emplace(parameter.name, parameter);
  }
  std::vector<ModuleSize> sizes;
  for (const ParameterSet& module : model.modules()) {
    ModuleSize& size = sizes.emplace_back();
    size.name = module.name;
    for (const std::string& name : module.parameters) {
      std::int64_t count = 1;
      for (const std::int64_t extent : parameters[name].shape) {
        count *= extent;
      }
      size.parameters += count;
      size.weights += parameters[name].shape.size() >= 2 ? count : 0;
    }
  }
  return sizes;
}

Expected<SafeTensors> parameter_content(const Model& model) {
  SafeTensors content;
  for (const ParameterInfo& parameter : model.parameters()) {
    const auto values = model.parameter_values(parameter.name);
    if (!values) {
      return values.error();
    }
    TensorEntry entry{"F32", parameter.shape, std::string(values->size() * sizeof(float), '\0')};
    if (!values->empty()) {
      std::memcpy(entry.bytes.data(), values->data(), entry.bytes.size());
    }
    content.tensors.emplace(parameter.name, std::move(entry));
  }
  return content;
}

Expected<std::vector<LayerHistogram>> weight_histograms(const SafeTensors& content,
                                                        const std::vector<WeightModule>& modules,
                                                        const PackedCheckpoint& quantized,
                                                        const JobContext& job) {
  std::vector<LayerHistogram> layers;
  for (const WeightModule& module : modules) {
    for (const std::string& name : module.tensors) {
      const auto found = content.tensors.find(name);
      if (found == content.tensors.end() || !is_weight(found->second)) {
        continue;
      }
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "The weights were not counted: stopped."};
      }
      const auto packed = quantized.packed.find(name);
      layers.push_back(layer_histogram(module.name, name, tensor_values(found->second),
                                       packed == quantized.packed.end() ? nullptr : &packed->second.weights));
    }
  }
  return layers;
}

}  // namespace alidade
