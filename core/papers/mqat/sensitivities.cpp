// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/sensitivities.h"

#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

namespace alidade::mqat {
namespace {

using nlohmann::ordered_json;

constexpr char kSensitivityStep[] = "sensitivity-demo";

ordered_json finite_json(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

double number_or_unknown(const ordered_json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

/// Noise to signal of the weights, and Eq. 1 of the layer.
void add_computed(const StudyNumbers& n, const LayerFacts& layer, std::vector<SweepSensitivity>& all) {
  constexpr double kNormal95 = 1.96, kDecibels = 10.0;
  const auto width = layer.widths.find(kAggressive);
  if (width == layer.widths.end()) {
    return;
  }
  const double error = width->second.squared_error;
  if (error > 0.0 && layer.energy > 0.0) {
    IntervalNumber noise;
    noise.value = kDecibels * std::log10(error / layer.energy);
    all.push_back({"sqnr_weights", "dB", layer.name, kAggressive, noise});
  }
  const auto trace = n.traces() ? n.traces()->find(layer.name) : LayerTraces::const_iterator();
  if (n.traces() && trace != n.traces()->end()) {
    const double factor = error / static_cast<double>(layer.parameters);
    const double mean = trace->second.mean, half = kNormal95 * trace->second.standard_error;
    all.push_back({"hessian",
                   "",
                   layer.name,
                   kAggressive,
                   {factor * mean, factor * (mean - half), factor * (mean + half)}});
  }
}

}  // namespace

ordered_json sensitivities_json(const std::vector<SweepSensitivity>& sensitivities) {
  ordered_json list = ordered_json::array();
  for (const SweepSensitivity& one : sensitivities) {
    list.push_back(
        {{"score", one.score},
         {"unit", one.unit},
         {"part", one.part},
         {"levels", one.levels},
         {"number",
          {finite_json(one.number.value), finite_json(one.number.low), finite_json(one.number.high)}}});
  }
  return {{"sensitivities", list}};
}

Expected<std::vector<SweepSensitivity>> sensitivities_from_json(const ordered_json& json,
                                                                const std::string& name) {
  try {
    std::vector<SweepSensitivity> all;
    for (const auto& entry : json.at("sensitivities")) {
      const auto& number = entry.at("number");
      all.push_back({entry.at("score"),
                     entry.at("unit"),
                     entry.at("part"),
                     entry.at("levels"),
                     {number_or_unknown(number.at(0)), number_or_unknown(number.at(1)),
                      number_or_unknown(number.at(2))}});
    }
    return all;
  } catch (const nlohmann::json::exception&) {
    return input_error(name, "", "it does not hold what this version writes", "do the step again");
  }
}

std::vector<SweepSensitivity> layer_sensitivities(const StudyNumbers& n) {
  std::vector<SweepSensitivity> all;
  if (const auto* result = n.result(kSensitivityStep)) {
    if (auto measured = sensitivities_from_json(*result, kSensitivityStep)) {
      all = std::move(*measured);
    }
  }
  if (const NetworkFacts* facts = n.facts("demo")) {
    for (const LayerFacts& layer : facts->layers) {
      add_computed(n, layer, all);
    }
  }
  return all;
}

}  // namespace alidade::mqat
