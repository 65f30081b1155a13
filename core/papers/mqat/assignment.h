// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/quant/module_quantization.h"
#include "core/quant/mqat.h"

namespace alidade::mqat {

inline constexpr char kFloat[] = "32";      ///< levels of what stays float32
inline constexpr char kAggressive[] = "2";  ///< of Algorithm 1: LSQ's two bits, four levels
/// q of Algorithm 1: what modules and layers may get.
inline constexpr const char* kWidths[] = {"2", "3", "4", "8"};

struct LayerWidth {
  std::int64_t bytes = 0;      ///< codes and scales in a packed file
  double squared_error = 0.0;  ///< |Q(W) - W|^2
};

/// A weight of a full-precision network.
struct LayerFacts {
  std::string name, module;
  std::int64_t parameters = 0;
  std::int64_t multiply_adds = 0;              ///< per image
  double energy = 0.0;                         ///< |W|^2
  std::map<std::string, LayerWidth> widths{};  ///< by LevelSet::name
};

struct NetworkFacts {
  std::vector<std::string> modules;  ///< in the order of the network
  std::vector<LayerFacts> layers;
  std::int64_t rest_bytes = 0;  ///< of a file: biases, norms, header

  std::int64_t parameters(const std::string& module) const;
};

nlohmann::ordered_json to_json(const NetworkFacts& facts);
/// An Error (kInput) of `name` for anything else.
Expected<NetworkFacts> facts_from_json(const nlohmann::ordered_json& json, const std::string& name);

/// Hutchinson's trace of a layer's block of the Hessian.
struct LayerTrace {
  double mean = 0.0, standard_error = 0.0;
  int probes = 0;
  bool converged = false;
};
using LayerTraces = std::map<std::string, LayerTrace>;

nlohmann::ordered_json to_json(const LayerTraces& traces);
Expected<LayerTraces> traces_from_json(const nlohmann::ordered_json& json, const std::string& name);

/// Levels by layer; what is missing stays float32.
using LayerLevels = std::map<std::string, std::string>;

LayerLevels layer_levels(const NetworkFacts& facts, const ModuleLevels& modules);
/// Every module at these levels.
ModuleLevels uniform_levels_of(const NetworkFacts& facts, const std::string& levels);
/// What an assignment is called: "W8-2-8", or "mixed by layer" where the layers of a module differ.
std::string assignment_name(const NetworkFacts& facts, const LayerLevels& levels);
/// Levels of each module; "mixed" where its layers differ.
std::vector<std::string> module_widths(const NetworkFacts& facts, const LayerLevels& levels);

/// Bytes of the weights with their scales, and of the whole packed file.
std::int64_t weight_bytes(const NetworkFacts& facts, const LayerLevels& levels);
std::int64_t file_bytes(const NetworkFacts& facts, const LayerLevels& levels);
/// Multiply-adds x weight bits x activation bits; layers that stay float32 count 32 x 32, and so do float32
/// activations (`activation_bits` 0) with 32.
double bit_operations(const NetworkFacts& facts, const LayerLevels& levels, int activation_bits);

/// Omega of Eq. 1 of a module at these levels. Traces below 0, which would reward an error, count as 0.
double module_loss(const NetworkFacts& facts, const LayerTraces& traces, const std::string& module,
                   const std::string& levels);

/// Lines 1 to 15 of Algorithm 1, as names. `aggressive` are accuracies on the selection split by module.
struct StudyFlow {
  std::string best;                ///< k_best; empty = no module gained
  std::vector<std::string> order;  ///< k_best first, then the others
};
Expected<StudyFlow> study_flow(const NetworkFacts& facts, const std::map<std::string, double>& aggressive,
                               double full_precision);

/// An assignment within a budget.
struct StudyAllocation {
  LayerLevels levels;
  std::int64_t bytes = 0;   ///< of the weights with their scales
  double loss = 0.0;        ///< the sum that was made small
  std::string description;  ///< of the solution: exact, or how far from it
};
/// Eq. 2: a width of kWidths for each module, k_best at two bits. kUsage for a budget that is too small.
Expected<StudyAllocation> module_allocation(const NetworkFacts& facts, const LayerTraces& traces,
                                            const StudyFlow& flow, std::int64_t budget_bytes);
/// HAWQ-V3's: one for each layer.
Expected<StudyAllocation> layer_allocation(const NetworkFacts& facts, const LayerTraces& traces,
                                           std::int64_t budget_bytes);

}  // namespace alidade::mqat
