// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/mqat.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace alidade {

double layer_importance(const LayerError& layer) {
  return layer.sensitivity / static_cast<double>(layer.parameters) * layer.squared_error;
}

double module_importance(std::span<const LayerError> layers) {
  double sum = 0.0;
  for (const LayerError& layer : layers) {
    sum += layer_importance(layer);
  }
  return layers.empty() ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(layers.size());
}

double fisher_importance(std::span<const double> squared_gradients, std::span<const double> weights,
                         std::span<const double> approximation) {
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double difference = approximation[i] - weights[i];
    sum += squared_gradients[i] * difference * difference;
  }
  return 0.5 * sum;
}

Expected<QuantizationFlow> quantization_flow(std::span<const MqatModule> modules,
                                             double full_precision_accuracy) {
  if (modules.empty()) {
    return usage_error("There is no module to quantize; name at least one.");
  }
  QuantizationFlow flow;
  double best = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < modules.size(); ++k) {
    const auto& accuracy = modules[k].aggressive_accuracy;
    if (accuracy && *accuracy > full_precision_accuracy && *accuracy > best) {
      best = *accuracy;
      flow.best = k;
    }
  }
  for (std::size_t k = 0; k < modules.size(); ++k) {
    if (k != flow.best) {
      flow.order.push_back(k);
    }
  }
  std::stable_sort(flow.order.begin(), flow.order.end(), [&](std::size_t a, std::size_t b) {
    return modules[a].parameters < modules[b].parameters;
  });
  if (modules.size() == 1) {
    flow.remark = "The network has one module, " + modules[0].name +
                  ": MQAT is uniform quantization here, there is no order and nothing to divide.";
  }
  return flow;
}

Expected<AllocationProblem> pinned_problem(AllocationProblem problem, const QuantizationFlow& flow,
                                           const std::string& aggressive) {
  if (flow.order.size() + (flow.best ? 1 : 0) != problem.items.size()) {
    return usage_error("The flow has " + std::to_string(flow.order.size() + (flow.best ? 1 : 0)) +
                       " modules and the allocation " + std::to_string(problem.items.size()) + ".");
  }
  if (!flow.best) {
    return problem;
  }
  AllocationItem& item = problem.items[*flow.best];
  bool found = false;
  for (WidthOption& option : item.options) {
    option.allowed = option.label == aggressive;
    found = found || option.allowed;
  }
  if (!found) {
    return usage_error(item.name + " has no width " + aggressive + ", at which it was best.");
  }
  return problem;
}

std::string assignment_label(std::span<const std::string> widths, std::optional<int> activation_bits) {
  std::string label = "W";
  for (std::size_t i = 0; i < widths.size(); ++i) {
    label += (i == 0 ? "" : "-") + widths[i];
  }
  return label + (activation_bits ? " A" + std::to_string(*activation_bits) : "");
}

}  // namespace alidade
