// SPDX-License-Identifier: BSD-3-Clause
#include "core/sweep/sweep_numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/quant/level_set.h"
#include "core/quant/mqat.h"

namespace alidade {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kBitsOfFloat = 32.0;
constexpr const char* kFloat = "32";

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    names.push_back(name);
  }
}

}  // namespace

double full_precision_bits(const QuantizationSweep& sweep) {
  double bits = 0.0;
  for (const SweepModule& module : sweep.modules) {
    bits += kBitsOfFloat * static_cast<double>(module.parameters);
  }
  return bits;
}

double cost_of(const QuantizationSweep& sweep, const SweepPoint& point, SweepCost cost) {
  const double burden = burden_of(point, cost);
  switch (cost) {
    case SweepCost::kSize:
      return burden / 8.0;
    case SweepCost::kCompression:
      return full_precision_bits(sweep) / burden;
    default:
      return burden;
  }
}

double burden_of(const SweepPoint& point, SweepCost cost) {
  switch (cost) {
    case SweepCost::kBitOperations:
      return point.bit_operations > 0.0 ? point.bit_operations : kUnknown;
    case SweepCost::kLatency:
      return point.latency_ms;
    default:
      return point.bits > 0 ? static_cast<double>(point.bits) : kUnknown;
  }
}

std::vector<std::string> metrics_of(const QuantizationSweep& sweep) {
  std::vector<std::string> names;
  for (const SweepPoint& point : sweep.points) {
    for (const SweepAccuracy& accuracy : point.accuracies) {
      add_once(names, accuracy.metric);
    }
  }
  return names;
}

const SweepAccuracy* accuracy_of(const SweepPoint& point, const std::string& metric) {
  const auto found = std::find_if(point.accuracies.begin(), point.accuracies.end(),
                                  [&](const SweepAccuracy& one) { return one.metric == metric; });
  return found == point.accuracies.end() ? nullptr : &*found;
}

const IntervalNumber& judged(const SweepAccuracy& accuracy) {
  return std::isfinite(accuracy.held_out.value) ? accuracy.held_out : accuracy.selection;
}

double value_of(const SweepPoint& point, const std::string& metric) {
  const SweepAccuracy* accuracy = accuracy_of(point, metric);
  return accuracy != nullptr ? judged(*accuracy).value : kUnknown;
}

std::optional<std::size_t> full_precision_point(const QuantizationSweep& sweep) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const SweepPoint& point = sweep.points[i];
    if (point.method == SweepMethod::kFullPrecision &&
        (!found || (point.extra_steps == 0 && sweep.points[*found].extra_steps != 0))) {
      found = i;
    }
  }
  return found;
}

double level_bits(const std::string& levels) {
  if (levels == kFloat) {
    return kBitsOfFloat;
  }
  const auto set = named_levels(levels);
  return set ? std::log2(static_cast<double>(set->values.size())) : kUnknown;
}

std::string level_label(const std::string& levels) {
  if (levels == kFloat) {
    return "float32";
  }
  const auto set = named_levels(levels);
  return set ? set->label() : levels;
}

std::string assignment_text(const SweepPoint& point) {
  return assignment_label(point.levels,
                          point.activation_bits > 0 ? std::optional(point.activation_bits) : std::nullopt);
}

std::vector<std::string> scores_of(const QuantizationSweep& sweep, bool of_layers) {
  std::vector<std::string> names;
  const auto is_module = [&](const std::string& part) {
    return std::any_of(sweep.modules.begin(), sweep.modules.end(),
                       [&](const SweepModule& module) { return module.name == part; });
  };
  for (const SweepSensitivity& one : sweep.sensitivities) {
    if (is_module(one.part) != of_layers) {
      add_once(names, one.score);
    }
  }
  return names;
}

const SweepSensitivity* sensitivity_of(const QuantizationSweep& sweep, const std::string& score,
                                       const std::string& part, const std::string& levels) {
  const SweepSensitivity* first = nullptr;
  for (const SweepSensitivity& one : sweep.sensitivities) {
    if (one.score != score || one.part != part) {
      continue;
    }
    if (one.levels == levels) {
      return &one;
    }
    first = first != nullptr ? first : &one;
  }
  return first;
}

}  // namespace alidade
