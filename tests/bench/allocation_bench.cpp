// SPDX-License-Identifier: BSD-3-Clause
// Milliseconds of MQAT's allocation over 200 layers with 7 widths each: the frontier of all budgets, one
// budget where sizes share no grid, and what a slider takes from a solved frontier.
// `alidade_allocation_bench`.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/base/random.h"
#include "core/quant/allocation.h"
#include "core/sweep/budget_solver.h"
#include "tests/bench/bench_clock.h"

namespace alidade {
namespace {

constexpr int kLayers = 200, kRepeats = 11, kBudgets = 1000;
constexpr int kBenchWidths[] = {2, 3, 4, 5, 6, 8, 32};

/// Convolutions of 16 to 256 channels; a scale of 32 bits for each output channel.
QuantizationSweep layers_as_modules() {
  Random random(1);
  QuantizationSweep sweep;
  for (int i = 0; i < kLayers; ++i) {
    const std::int64_t in = 16 * (1 + random.index(16)), out = 16 * (1 + random.index(16));
    SweepModule module{"layer " + std::to_string(i), 9 * in * out, {}};
    const double sensitivity = random.uniform(0.1, 10.0);
    for (const int width : kBenchWidths) {
      SweepOption option;
      option.levels = std::to_string(width);
      option.bits = module.parameters * width + (width < 32 ? 32 * out : 0);
      option.loss = width < 32 ? sensitivity * std::pow(0.25, width) : 0.0;
      module.options.push_back(option);
    }
    sweep.modules.push_back(std::move(module));
  }
  return sweep;
}

/// The same with latencies in nanoseconds, which share no grid.
AllocationProblem without_grid(const QuantizationSweep& sweep) {
  Random random(2);
  AllocationProblem problem;
  problem.unit = "ns";
  for (const SweepModule& module : sweep.modules) {
    AllocationItem item{module.name, {}};
    for (const SweepOption& option : module.options) {
      item.options.push_back(
          {option.levels, option.bits / 100 + static_cast<std::int64_t>(random.index(1000)), option.loss});
    }
    problem.items.push_back(std::move(item));
  }
  return problem;
}

template <class Value>
const Value& must(const Expected<Value>& value) {
  if (!value) {
    std::fprintf(stderr, "%s\n", value.error().message.c_str());
    std::exit(1);
  }
  return *value;
}

void bench_allocation() {
  const QuantizationSweep sweep = layers_as_modules();
  const auto solver = BudgetSolver::create(sweep, SweepCost::kSize);
  must(solver);
  const auto& steps = solver->steps();
  std::printf("frontier of all budgets (%s, %zu points): %.1f ms\n", solver->description().c_str(),
              steps.size(),
              bench::median_ms(kRepeats, [&] { must(BudgetSolver::create(sweep, SweepCost::kSize)); }));
  const double least = steps.front().cost, most = steps.back().cost;
  const double all = bench::median_ms(kRepeats, [&] {
    for (int i = 0; i < kBudgets; ++i) {
      must(solver->solve(least + (most - least) * i / kBudgets));
    }
  });
  std::printf("slider, from the solved frontier: %.4f ms\n", all / kBudgets);
  const AllocationProblem problem = without_grid(sweep);
  const std::int64_t cheapest = cheapest_allocation(problem).cost;
  for (const double room : {1.25, 2.0, 4.0}) {
    const auto budget = static_cast<std::int64_t>(room * static_cast<double>(cheapest));
    const auto solved = solve_allocation(problem, budget);
    std::printf("one budget without a grid, %.2f times the cheapest (%s): %.1f ms\n", room,
                must(solved).description().c_str(),
                bench::median_ms(kRepeats, [&] { must(solve_allocation(problem, budget)); }));
  }
}

}  // namespace
}  // namespace alidade

int main() {
  alidade::bench_allocation();
  return 0;
}
