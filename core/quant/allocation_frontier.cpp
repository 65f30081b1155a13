// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/quant/allocation.h"

namespace alidade {
namespace {

constexpr std::size_t kNoStep = std::numeric_limits<std::size_t>::max();

struct CostSpan {
  std::int64_t divisor = 0;            ///< of all differences to the cheapest option of the same item
  std::int64_t range = 0;              ///< from the cheapest to the costliest assignment
  std::vector<std::int64_t> cheapest;  ///< [item]
};

CostSpan cost_span(const AllocationProblem& problem) {
  CostSpan span;
  for (const AllocationItem& item : problem.items) {
    std::int64_t least = std::numeric_limits<std::int64_t>::max(), most = 0;
    for (const WidthOption& option : item.options) {
      least = option.allowed ? std::min(least, option.cost) : least;
      most = option.allowed ? std::max(most, option.cost) : most;
    }
    for (const WidthOption& option : item.options) {
      span.divisor = option.allowed ? std::gcd(span.divisor, option.cost - least) : span.divisor;
    }
    span.cheapest.push_back(least);
    span.range += most - least;
  }
  span.divisor = std::max<std::int64_t>(span.divisor, 1);
  return span;
}

/// One more item: next[c] = min over its options of previous[c - step] + loss, `choice` says which.
void add_item(const std::vector<std::size_t>& steps, const AllocationItem& item,
              const std::vector<double>& previous, std::size_t reached, std::vector<double>& next,
              std::uint8_t* choice) {
  std::fill(next.begin(), next.end(), std::numeric_limits<double>::infinity());
  for (std::size_t option = 0; option < item.options.size(); ++option) {
    const std::size_t step = steps[option];
    if (step == kNoStep) {
      continue;
    }
    const double loss = item.options[option].loss;
    for (std::size_t c = 0; c < reached; ++c) {
      const double candidate = previous[c] + loss;
      if (candidate < next[c + step]) {
        next[c + step] = candidate;
        choice[c + step] = static_cast<std::uint8_t>(option);
      }
    }
  }
}

}  // namespace

Expected<AllocationFrontier> allocation_frontier(const AllocationProblem& problem, std::size_t most_cells) {
  if (const auto fine = check_problem(problem); !fine) {
    return fine.error();
  }
  if (most_cells < 2) {
    return usage_error("The grid of an allocation has at least two cells.");
  }
  AllocationFrontier result;
  result.problem_ = problem;
  const CostSpan span = cost_span(problem);
  const auto limit = static_cast<std::int64_t>(most_cells);
  result.grid_ = span.divisor;
  if (span.range / span.divisor + 1 > limit) {
    // Each item is rounded up by less than a step: so many more cells may be needed.
    const auto items = static_cast<std::int64_t>(problem.items.size());
    result.grid_ = span.range / std::max<std::int64_t>(limit - items - 1, 1) + 1;
    result.cost_error_ = items * (result.grid_ - 1);
  }
  for (const AllocationItem& item : problem.items) {
    result.widest_ = std::max(result.widest_, item.options.size());
  }
  std::vector<std::size_t> last_steps;
  result.cells_ = 1;
  for (std::size_t i = 0; i < problem.items.size(); ++i) {
    std::size_t furthest = 0;
    for (std::size_t option = 0; option < result.widest_; ++option) {
      const auto& options = problem.items[i].options;
      if (option >= options.size() || !options[option].allowed) {
        result.steps_.push_back(kNoStep);
        continue;
      }
      const std::int64_t above = options[option].cost - span.cheapest[i];
      result.steps_.push_back(static_cast<std::size_t>((above + result.grid_ - 1) / result.grid_));
      furthest = std::max(furthest, result.steps_.back());
    }
    last_steps.push_back(furthest);
    result.cells_ += furthest;
    result.lowest_ += span.cheapest[i];
  }
  result.choice_.resize(problem.items.size() * result.cells_);
  std::vector<double> current(result.cells_, std::numeric_limits<double>::infinity()), next(result.cells_);
  current[0] = 0.0;
  std::size_t reached = 1;
  for (std::size_t i = 0; i < problem.items.size(); ++i) {
    const auto first = result.steps_.begin() + static_cast<std::ptrdiff_t>(i * result.widest_);
    add_item({first, first + static_cast<std::ptrdiff_t>(result.widest_)}, problem.items[i], current, reached,
             next, result.choice_.data() + i * result.cells_);
    reached += last_steps[i];
    std::swap(current, next);
  }
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < result.cells_; ++c) {
    if (current[c] < best) {
      best = current[c];
      result.points_.push_back({result.lowest_ + static_cast<std::int64_t>(c) * result.grid_, best});
      result.cell_of_.push_back(c);
    }
  }
  return result;
}

Allocation AllocationFrontier::allocation(std::size_t point) const {
  Allocation result;
  result.options.resize(problem_.items.size());
  std::size_t cell = cell_of_[point];
  for (std::size_t i = problem_.items.size(); i-- > 0;) {
    result.options[i] = choice_[i * cells_ + cell];
    cell -= steps_[i * widest_ + result.options[i]];
  }
  for (std::size_t i = 0; i < problem_.items.size(); ++i) {
    result.cost += problem_.items[i].options[result.options[i]].cost;
    result.loss += problem_.items[i].options[result.options[i]].loss;
  }
  return result;
}

Expected<Allocation> AllocationFrontier::solve(std::int64_t budget) const {
  if (const auto fine = check_budget(problem_, budget); !fine) {
    return fine.error();
  }
  const auto above =
      std::upper_bound(points_.begin(), points_.end(), budget,
                       [](std::int64_t value, const Point& point) { return value < point.cost; });
  return allocation(static_cast<std::size_t>(above - points_.begin()) - 1);
}

std::string AllocationFrontier::description() const {
  const std::string grid = "a grid of " + std::to_string(grid_) + " " + problem_.unit;
  return exact() ? "exact on " + grid
                 : "on " + grid + ": at least as good as any assignment that is " +
                       std::to_string(cost_error_) + " " + problem_.unit + " smaller than the budget";
}

}  // namespace alidade
