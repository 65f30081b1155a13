// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/results/quantization_sweep.h"

namespace alidade {

/// Networks in which some modules are aggressively quantized and the others are not at all.
struct ModuleCombination {
  std::vector<bool> aggressive;     ///< [module]
  std::vector<std::size_t> points;  ///< measured ones; empty = none
};

/// Every combination of aggressive modules (MQAT Fig. 4, lines 1 to 7 of Algorithm 1).
struct CombinationStudy {
  std::string levels;                           ///< what an aggressive module has
  std::vector<ModuleCombination> combinations;  ///< all 2^K, none first, then by number of modules
  std::size_t measured() const;
};

/// More modules than that have too many combinations to be shown.
inline constexpr std::size_t kMostCombinedModules = 6;

/// The aggressive levels are those that most combinations were measured with. Nothing where less than two
/// were, or for too many modules.
std::optional<CombinationStudy> combination_study(const QuantizationSweep& sweep);

/// Networks that differ in the width of one module only (MQAT Fig. 5).
struct WidthStudy {
  std::size_t module = 0;
  std::vector<std::string> others;  ///< [module] levels of the others; that of `module` itself is empty
  struct Width {
    std::string levels;
    double bits = 0.0;  ///< level_bits
    std::size_t point = 0;
  };
  std::vector<Width> widths;  ///< bits rising; several of the same levels where methods or seeds differ
};

/// Of the groups of networks that agree in all other modules the one with most widths. Nothing where a module
/// has less than two.
std::optional<WidthStudy> width_study(const QuantizationSweep& sweep, std::size_t module);
/// The module whose study has most widths.
std::optional<WidthStudy> widest_study(const QuantizationSweep& sweep);

}  // namespace alidade
