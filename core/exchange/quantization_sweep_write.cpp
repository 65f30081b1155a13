// SPDX-License-Identifier: BSD-3-Clause
// The text of a quantization sweep.
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/exchange/quantization_sweep_fields.h"
#include "core/exchange/quantization_sweep_file.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

ordered_json number_json(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

ordered_json interval_json(const IntervalNumber& number) {
  if (!std::isfinite(number.value)) {
    return {};
  }
  ordered_json json{{"value", number.value}};
  if (std::isfinite(number.low) && std::isfinite(number.high)) {
    json["low"] = number.low;
    json["high"] = number.high;
  }
  return json;
}

template <class Value, class Write>
ordered_json list_json(const std::vector<Value>& values, const Write& write) {
  ordered_json json = ordered_json::array();
  for (const Value& value : values) {
    json.push_back(write(value));
  }
  return json;
}

ordered_json option_json(const SweepOption& option) {
  return {{"levels", option.levels},
          {"bits", option.bits},
          {"bit_operations", option.bit_operations},
          {"latency_ms", number_json(option.latency_ms)},
          {"loss", option.loss}};
}

ordered_json module_json(const SweepModule& module) {
  return {{"name", module.name},
          {"parameters", module.parameters},
          {"options", list_json(module.options, option_json)}};
}

ordered_json layer_json(const SweepLayer& layer) {
  return {{"name", layer.name},
          {"module", layer.module},
          {"parameters", layer.parameters},
          {"multiply_adds", layer.multiply_adds}};
}

ordered_json accuracy_json(const SweepAccuracy& accuracy) {
  return {{"metric", accuracy.metric},
          {"selection", interval_json(accuracy.selection)},
          {"held_out", interval_json(accuracy.held_out)},
          {"held_out_gain", interval_json(accuracy.held_out_gain)}};
}

ordered_json point_json(const SweepPoint& point) {
  return {{"name", point.name},
          {"family", point.family},
          {"method", std::string(kSweepMethodNames[static_cast<std::size_t>(point.method)])},
          {"norm", std::string(kNormModeNames[static_cast<std::size_t>(point.norm)])},
          {"levels", point.levels},
          {"layer_levels", point.layer_levels},
          {"activation_bits", point.activation_bits},
          {"order", point.order},
          {"seed", point.seed},
          {"extra_steps", point.extra_steps},
          {"bytes", point.bytes},
          {"bits", point.bits},
          {"bit_operations", point.bit_operations},
          {"latency_ms", number_json(point.latency_ms)},
          {"latency_p95_ms", number_json(point.latency_p95_ms)},
          {"peak_bytes", point.peak_bytes},
          {"predicted_loss", number_json(point.predicted_loss)},
          {"accuracies", list_json(point.accuracies, accuracy_json)},
          {"checkpoint_sha256", point.checkpoint_sha256}};
}

ordered_json sensitivity_json(const SweepSensitivity& sensitivity) {
  return {{"score", sensitivity.score},
          {"unit", sensitivity.unit},
          {"part", sensitivity.part},
          {"levels", sensitivity.levels},
          {"number", interval_json(sensitivity.number)}};
}

}  // namespace

std::string quantization_sweep_json(const QuantizationSweep& sweep) {
  const ordered_json json{{"format", kQuantizationSweepFormat},
                          {"schema", 1},
                          {"name", sweep.name},
                          {"architecture", sweep.architecture},
                          {"checkpoint", sweep.checkpoint},
                          {"checkpoint_sha256", sweep.checkpoint_sha256},
                          {"dataset", sweep.dataset},
                          {"latency_setup", sweep.latency_setup},
                          {"modules", list_json(sweep.modules, module_json)},
                          {"layers", list_json(sweep.layers, layer_json)},
                          {"points", list_json(sweep.points, point_json)},
                          {"sensitivities", list_json(sweep.sensitivities, sensitivity_json)},
                          {"flow", sweep.flow},
                          {"best_first", sweep.best_first},
                          {"provenance", embedded_json(to_json(sweep.provenance))}};
  return json_text(json, 1) + "\n";
}

Expected<void> write_quantization_sweep(const QuantizationSweep& sweep, const std::filesystem::path& path) {
  const std::string text = quantization_sweep_json(sweep);
  if (const auto read = parse_quantization_sweep(text, path.string()); !read) {
    return usage_error(read.error().message);
  }
  return write_file_atomically(path, text);
}

}  // namespace alidade
