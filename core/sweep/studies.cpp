// SPDX-License-Identifier: BSD-3-Clause
#include "core/sweep/studies.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "core/sweep/sweep_numbers.h"

namespace alidade {
namespace {

constexpr const char* kNotQuantized = "32";

/// Which modules have `levels`, as bits; nothing when one has something else than those or float32.
std::optional<unsigned> combination_of(const SweepPoint& point, const std::string& levels) {
  unsigned mask = 0;
  for (std::size_t i = 0; i < point.levels.size(); ++i) {
    if (point.levels[i] == levels) {
      mask |= 1u << i;
    } else if (point.levels[i] != kNotQuantized) {
      return std::nullopt;
    }
  }
  return mask;
}

std::set<std::string> quantized_levels(const QuantizationSweep& sweep) {
  std::set<std::string> names;
  for (const SweepPoint& point : sweep.points) {
    names.insert(point.levels.begin(), point.levels.end());
  }
  names.erase(kNotQuantized);
  names.erase("mixed");
  return names;
}

std::vector<ModuleCombination> combinations_with(const QuantizationSweep& sweep, const std::string& levels) {
  const std::size_t modules = sweep.modules.size();
  std::vector<ModuleCombination> all(std::size_t{1} << modules);
  for (unsigned mask = 0; mask < all.size(); ++mask) {
    for (std::size_t i = 0; i < modules; ++i) {
      all[mask].aggressive.push_back((mask >> i & 1u) != 0);
    }
  }
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    if (const auto mask = combination_of(sweep.points[i], levels)) {
      all[*mask].points.push_back(i);
    }
  }
  return all;
}

std::size_t count_of(const ModuleCombination& combination) {
  return static_cast<std::size_t>(
      std::count(combination.aggressive.begin(), combination.aggressive.end(), true));
}

}  // namespace

std::size_t CombinationStudy::measured() const {
  return static_cast<std::size_t>(std::count_if(combinations.begin(), combinations.end(),
                                                [](const auto& one) { return !one.points.empty(); }));
}

std::optional<CombinationStudy> combination_study(const QuantizationSweep& sweep) {
  if (sweep.modules.empty() || sweep.modules.size() > kMostCombinedModules) {
    return std::nullopt;
  }
  CombinationStudy best;
  for (const std::string& levels : quantized_levels(sweep)) {
    CombinationStudy study{levels, combinations_with(sweep, levels)};
    // Among equals the fewest levels: they are the aggressive ones.
    const bool fewer = study.measured() == best.measured() && level_bits(levels) < level_bits(best.levels);
    if (study.measured() > best.measured() || fewer) {
      best = std::move(study);
    }
  }
  if (best.measured() < 2) {
    return std::nullopt;
  }
  std::stable_sort(best.combinations.begin(), best.combinations.end(),
                   [](const auto& a, const auto& b) { return count_of(a) < count_of(b); });
  return best;
}

std::optional<WidthStudy> width_study(const QuantizationSweep& sweep, std::size_t module) {
  std::map<std::vector<std::string>, WidthStudy> groups;
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    std::vector<std::string> others = sweep.points[i].levels;
    const std::string levels = std::exchange(others[module], std::string());
    const double bits = level_bits(levels);
    if (std::isfinite(bits)) {
      WidthStudy& study = groups[others];
      study.module = module;
      study.others = others;
      study.widths.push_back({levels, bits, i});
    }
  }
  const auto distinct = [](const WidthStudy& study) {
    std::set<std::string> names;
    for (const WidthStudy::Width& width : study.widths) {
      names.insert(width.levels);
    }
    return names.size();
  };
  std::optional<WidthStudy> best;
  for (auto& [others, study] : groups) {
    if (distinct(study) >= 2 && (!best || distinct(study) > distinct(*best))) {
      best = std::move(study);
    }
  }
  if (best) {
    std::stable_sort(best->widths.begin(), best->widths.end(),
                     [](const auto& a, const auto& b) { return a.bits < b.bits; });
  }
  return best;
}

std::optional<WidthStudy> widest_study(const QuantizationSweep& sweep) {
  std::optional<WidthStudy> widest;
  for (std::size_t module = 0; module < sweep.modules.size(); ++module) {
    auto study = width_study(sweep, module);
    if (study && (!widest || study->widths.size() > widest->widths.size())) {
      widest = std::move(study);
    }
  }
  return widest;
}

}  // namespace alidade
