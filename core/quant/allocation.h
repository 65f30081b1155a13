// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// One width of a module or layer.
struct WidthOption {
  std::string label;      ///< "4"
  std::int64_t cost = 0;  ///< bits, bit operations, nanoseconds: whatever the budget counts
  double loss = 0.0;      ///< Omega of Eq. 1, or another score; finite
  bool allowed = true;    ///< false: a pin or a limited set excludes it
};

struct AllocationItem {
  std::string name;
  std::vector<WidthOption> options;
};

/// Eq. 2: one option for every item, their costs together at most the budget, their losses together least.
struct AllocationProblem {
  std::vector<AllocationItem> items;
  std::string unit = "bits";  ///< of the costs, for messages
};

/// A choice for every item.
struct Allocation {
  std::vector<std::size_t> options;  ///< [item]
  std::int64_t cost = 0;
  double loss = 0.0;  ///< summed in the order of the items
};

/// kUsage naming the item: no items, one without an allowed option, a negative cost, a loss that is not
/// finite, more than 255 options.
Expected<void> check_problem(const AllocationProblem& problem);

/// The cheapest allowed assignment.
Allocation cheapest_allocation(const AllocationProblem& problem);

/// kUsage for a budget below the cheapest assignment: the sentence gives its cost, and which limits of which
/// items make it so, the costliest first.
Expected<void> check_budget(const AllocationProblem& problem, std::int64_t budget);

/// Every undominated assignment, by dynamic programming over total costs on a grid.
class AllocationFrontier {
 public:
  struct Point {
    std::int64_t cost;  ///< true cost on an exact frontier, else an upper bound of it
    double loss;
  };

  /// The frontier is exact when `grid` is a common divisor of all differences of costs. Costs are rounded up
  /// to the grid otherwise: a solution always keeps its budget, and is at least as good as any that keeps a
  /// budget smaller by cost_error().
  bool exact() const { return cost_error_ == 0; }
  std::int64_t grid() const { return grid_; }
  std::int64_t cost_error() const { return cost_error_; }
  /// Costs rise, losses fall.
  const std::vector<Point>& points() const { return points_; }
  /// The assignment of a point.
  Allocation allocation(std::size_t point) const;
  /// The best assignment within a budget, by search in the points. kUsage as check_budget.
  Expected<Allocation> solve(std::int64_t budget) const;
  /// "exact on a grid of 4608 bits", or the grid with its error bound.
  std::string description() const;

 private:
  friend Expected<AllocationFrontier> allocation_frontier(const AllocationProblem&, std::size_t);

  void choose_grid(std::size_t most_cells);
  void place_options();
  void fill();

  AllocationProblem problem_;
  std::int64_t lowest_ = 0, grid_ = 1, cost_error_ = 0;
  std::size_t cells_ = 1;
  std::vector<std::vector<std::size_t>> steps_;  ///< [item][option] cells above the cheapest
  std::vector<std::uint8_t> choice_;             ///< [item][cell]
  std::vector<Point> points_;
  std::vector<std::size_t> cell_of_;  ///< [point]
};

/// `most_cells` bounds memory (a byte per item and cell) and time: where the common divisor would need more
/// total costs than that, the grid becomes coarser. kUsage as check_problem and for no cells.
Expected<AllocationFrontier> allocation_frontier(const AllocationProblem& problem,
                                                 std::size_t most_cells = std::size_t{1} << 18);

/// What branch and bound found for one budget, of costs that share no grid.
struct BoundedAllocation {
  Allocation best;
  bool exact = false;  ///< proven best, up to 1e-12 of the loss
  double gap = 0.0;    ///< best.loss may lie this much above the optimum
  std::size_t nodes = 0;

  /// "exact after 812 nodes", or "stopped after 1000000 nodes: at most 0.0031 above the optimum".
  std::string description() const;
};

/// Depth-first with the bound of the Lagrangian relaxation. kUsage as check_problem and check_budget.
Expected<BoundedAllocation> solve_allocation(const AllocationProblem& problem, std::int64_t budget,
                                             std::size_t most_nodes = 2'000'000);

}  // namespace alidade
