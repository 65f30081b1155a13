// SPDX-License-Identifier: BSD-3-Clause
#include "core/sweep/budget_solver.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace alidade {
namespace {

constexpr double kNanosecondsOfMillisecond = 1e6, kBitsPerByte = 8.0;
/// Bounds the work of a frontier to about 20 ms, so that limits can change while somebody looks.
constexpr std::size_t kMostWork = 24'000'000, kMostCells = std::size_t{1} << 18, kFewestCells = 1024;

/// Bits, bit operations or nanoseconds.
std::int64_t units_of(const SweepOption& option, SweepCost cost) {
  switch (cost) {
    case SweepCost::kBitOperations:
      return std::llround(option.bit_operations);
    case SweepCost::kLatency:
      return std::llround(option.latency_ms * kNanosecondsOfMillisecond);
    default:
      return option.bits;
  }
}

const char* unit_of(SweepCost cost) {
  return cost == SweepCost::kBitOperations ? "bit operations" : cost == SweepCost::kLatency ? "ns" : "bits";
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Expected<AllocationProblem> problem_of(const QuantizationSweep& sweep, SweepCost cost,
                                       const AllowedLevels& allowed) {
  AllocationProblem problem;
  problem.unit = unit_of(cost);
  for (const SweepModule& module : sweep.modules) {
    AllocationItem item{module.name, {}};
    const auto limits = allowed.find(module.name);
    for (const SweepOption& option : module.options) {
      if (cost == SweepCost::kLatency && !std::isfinite(option.latency_ms)) {
        return usage_error("The latency of " + module.name + " at " + option.levels +
                           " was not measured; choose another cost.");
      }
      item.options.push_back({option.levels, units_of(option, cost), option.loss,
                              limits == allowed.end() || holds(limits->second, option.levels)});
    }
    if (item.options.empty()) {
      return usage_error("The sweep does not say which widths " + module.name +
                         " could have; nothing can be predicted.");
    }
    problem.items.push_back(std::move(item));
  }
  return problem;
}

std::size_t cells_for(const AllocationProblem& problem) {
  std::size_t options = 1;
  for (const AllocationItem& item : problem.items) {
    options += item.options.size();
  }
  return std::clamp(kMostWork / options, kFewestCells, kMostCells);
}

}  // namespace

BudgetSolver::BudgetSolver(AllocationFrontier frontier, AllocationProblem problem, SweepCost cost,
                           double float_bits)
    : frontier_(std::move(frontier)), problem_(std::move(problem)), cost_(cost), float_bits_(float_bits) {
  for (std::size_t i = 0; i < frontier_.points().size(); ++i) {
    steps_.push_back({shown(frontier_.allocation(i).cost), frontier_.points()[i].loss});
  }
}

Expected<BudgetSolver> BudgetSolver::create(const QuantizationSweep& sweep, SweepCost cost,
                                            const AllowedLevels& allowed) {
  auto problem = problem_of(sweep, cost, allowed);
  if (!problem) {
    return problem.error();
  }
  auto frontier = allocation_frontier(*problem, cells_for(*problem));
  if (!frontier) {
    return frontier.error();
  }
  BudgetSolver solver(std::move(*frontier), std::move(*problem), cost, full_precision_bits(sweep));
  if (solver.frontier_.allocation(0).cost <= 0) {
    return usage_error(
        "The cheapest assignment of the sweep costs nothing; it does not say what its widths cost.");
  }
  return solver;
}

double BudgetSolver::shown(std::int64_t units) const {
  const auto value = static_cast<double>(units);
  switch (cost_) {
    case SweepCost::kSize:
      return value / kBitsPerByte;
    case SweepCost::kCompression:
      return float_bits_ / value;
    case SweepCost::kLatency:
      return value / kNanosecondsOfMillisecond;
    default:
      return value;
  }
}

/// A budget that was read off the axis is met by what costs just that: half a unit of air against rounding.
std::int64_t BudgetSolver::units(double budget) const {
  constexpr double kRounding = 0.5, kMost = 9e15;
  double value = budget;
  switch (cost_) {
    case SweepCost::kSize:
      value = budget * kBitsPerByte;
      break;
    case SweepCost::kCompression:
      value = float_bits_ / std::max(budget, 1e-9);
      break;
    case SweepCost::kLatency:
      value = budget * kNanosecondsOfMillisecond;
      break;
    case SweepCost::kBitOperations:
      break;
  }
  return static_cast<std::int64_t>(std::floor(std::clamp(value, -1.0, kMost) + kRounding));
}

SolvedLevels BudgetSolver::named(const Allocation& allocation) const {
  SolvedLevels solved;
  for (std::size_t i = 0; i < allocation.options.size(); ++i) {
    solved.levels.push_back(problem_.items[i].options[allocation.options[i]].label);
  }
  solved.cost = shown(allocation.cost);
  solved.loss = allocation.loss;
  return solved;
}

Expected<SolvedLevels> BudgetSolver::solve(double budget) const {
  const auto solved = frontier_.solve(units(budget));
  return solved ? Expected<SolvedLevels>(named(*solved)) : Expected<SolvedLevels>(solved.error());
}

SolvedLevels BudgetSolver::at(std::size_t step) const {
  return named(frontier_.allocation(step));
}

bool is_allowed(const QuantizationSweep& sweep, const SweepPoint& point, const AllowedLevels& allowed) {
  for (std::size_t i = 0; i < sweep.modules.size() && i < point.levels.size(); ++i) {
    const auto limits = allowed.find(sweep.modules[i].name);
    if (limits != allowed.end() && !holds(limits->second, point.levels[i])) {
      return false;
    }
  }
  return true;
}

bool keeps_budget(const QuantizationSweep& sweep, const SweepPoint& point, SweepCost cost, double budget) {
  constexpr double kRounding = 1e-9;
  const double own = cost_of(sweep, point, cost);
  return cost == SweepCost::kCompression ? own >= budget * (1.0 - kRounding)
                                         : own <= budget * (1.0 + kRounding);
}

}  // namespace alidade
