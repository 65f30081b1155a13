// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/allocation.h"
#include "core/results/quantization_sweep.h"
#include "core/sweep/sweep_numbers.h"

namespace alidade {

/// The levels that a module may have, by its name; a pin is a list of one. Modules without a list may have
/// all.
using AllowedLevels = std::map<std::string, std::vector<std::string>>;

/// Levels for every module of a sweep within a budget.
struct SolvedLevels {
  std::vector<std::string> levels;  ///< [module]
  double cost = 0.0;                ///< as cost_of
  double loss = 0.0;                ///< sum of Omega (Eq. 2)

  bool operator==(const SolvedLevels&) const = default;
};

/// MQAT's allocation (Eq. 2) over the options of a sweep: the frontier is solved once, a budget is answered
/// by search in it, in microseconds.
class BudgetSolver {
 public:
  /// kUsage with a sentence for people: no options, a limit that leaves a module nothing, no latencies.
  static Expected<BudgetSolver> create(const QuantizationSweep& sweep, SweepCost cost,
                                       const AllowedLevels& allowed = {});

  /// The least loss within a budget, given as cost_of gives it: bytes, a compression (at least that much),
  /// bit operations, milliseconds. kUsage below the cheapest assignment, with the limits that make it so.
  Expected<SolvedLevels> solve(double budget) const;
  /// Every undominated assignment as (cost, loss), the cheapest first.
  struct Step {
    double cost = 0.0, loss = 0.0;
  };
  const std::vector<Step>& steps() const { return steps_; }
  /// The assignment of a step.
  SolvedLevels at(std::size_t step) const;
  /// "exact on a grid of 8 bits", or the grid with its error bound.
  std::string description() const { return frontier_.description(); }

 private:
  BudgetSolver(AllocationFrontier frontier, AllocationProblem problem, SweepCost cost, double float_bits);

  SolvedLevels named(const Allocation& allocation) const;
  /// Units of the problem to those of the axis, and back.
  double shown(std::int64_t units) const;
  std::int64_t units(double budget) const;

  AllocationFrontier frontier_;
  AllocationProblem problem_;
  SweepCost cost_;
  double float_bits_;
  std::vector<Step> steps_;
};

/// Whether a point keeps to the allowed levels.
bool is_allowed(const QuantizationSweep& sweep, const SweepPoint& point, const AllowedLevels& allowed);
/// Whether a point keeps a budget, given as cost_of gives it; false for an unknown cost.
bool keeps_budget(const QuantizationSweep& sweep, const SweepPoint& point, SweepCost cost, double budget);

}  // namespace alidade
