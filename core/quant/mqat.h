// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/allocation.h"

namespace alidade {

/// What Eq. 1 asks of a layer.
struct LayerError {
  double sensitivity = 0.0;     ///< lambda: the trace of the loss's Hessian, not averaged
  std::int64_t parameters = 0;  ///< N
  double squared_error = 0.0;   ///< |Q(W) - W|^2
};

/// lambda / N |Q(W) - W|^2 of one layer: HAWQ-V2's score, a summand of Eq. 1.
double layer_importance(const LayerError& layer);

/// Omega of a module (MQAT Eq. 1): the mean over its layers. NaN without layers.
double module_importance(std::span<const LayerError> layers);

/// 1/2 sum of mean(g^2) (Q(w) - w)^2: the second-order change of the loss with the diagonal Fisher matrix in
/// place of the Hessian. `squared_gradients` are means over samples of g^2.
double fisher_importance(std::span<const double> squared_gradients, std::span<const double> weights,
                         std::span<const double> approximation);

/// A module as Algorithm 1 looks at it.
struct MqatModule {
  std::string name;
  std::int64_t parameters = 0;
  std::optional<double> aggressive_accuracy;  ///< of the network with this module alone at 2 bit, retrained
};

/// Lines 1 to 15 of Algorithm 1.
struct QuantizationFlow {
  std::optional<std::size_t> best;  ///< k_best: it stays at 2 bit and is quantized first
  std::vector<std::size_t> order;   ///< of the others, those of fewest parameters first
  std::string remark;               ///< for one module: that MQAT is uniform quantization then; else empty
};

/// With the errata read as: M_best starts below everything, the *value* k_best leaves the flow, equal sizes
/// keep their order. kUsage for no modules.
Expected<QuantizationFlow> quantization_flow(std::span<const MqatModule> modules,
                                             double full_precision_accuracy);

/// Eq. 2 of a flow: k_best is pinned at the option named `aggressive` and counts with its size. kUsage where
/// it has none of that name, and for a flow of other items.
Expected<AllocationProblem> pinned_problem(AllocationProblem problem, const QuantizationFlow& flow,
                                           const std::string& aggressive);

/// The paper's name of an assignment in the order of the network: "W8-2-8", with activations "W8-2-8 A8".
std::string assignment_label(std::span<const std::string> widths, std::optional<int> activation_bits = {});

}  // namespace alidade
