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

void AllocationFrontier::choose_grid(std::size_t most_cells) {
  const CostSpan span = cost_span(problem_);
  const auto limit = static_cast<std::int64_t>(most_cells);
  grid_ = span.divisor;
  if (span.range / span.divisor + 1 > limit) {
    // Each item is rounded up by less than a step: so many more cells may be needed.
    const auto items = static_cast<std::int64_t>(problem_.items.size());
    grid_ = span.range / std::max<std::int64_t>(limit - items - 1, 1) + 1;
    cost_error_ = items * (grid_ - 1);
  }
}

void AllocationFrontier::place_options() {
  const CostSpan span = cost_span(problem_);
  for (std::size_t i = 0; i < problem_.items.size(); ++i) {
    std::vector<std::size_t>& steps = steps_.emplace_back();
    std::size_t furthest = 0;
    for (const WidthOption& option : problem_.items[i].options) {
      const std::int64_t above = option.cost - span.cheapest[i];
      steps.push_back(option.allowed ? static_cast<std::size_t>((above + grid_ - 1) / grid_) : kNoStep);
      furthest = option.allowed ? std::max(furthest, steps.back()) : furthest;
    }
    cells_ += furthest;
    lowest_ += span.cheapest[i];
  }
}

void AllocationFrontier::fill() {
  choice_.resize(problem_.items.size() * cells_);
  std::vector<double> current(cells_, std::numeric_limits<double>::infinity()), next(cells_);
  current[0] = 0.0;
  std::size_t reached = 1;
  for (std::size_t i = 0; i < problem_.items.size(); ++i) {
    add_item(steps_[i], problem_.items[i], current, reached, next, choice_.data() + i * cells_);
    std::size_t furthest = 0;
    for (const std::size_t step : steps_[i]) {
      furthest = step == kNoStep ? furthest : std::max(furthest, step);
    }
    reached += furthest;
    std::swap(current, next);
  }
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < cells_; ++c) {
    if (current[c] < best) {
      best = current[c];
      points_.push_back({lowest_ + static_cast<std::int64_t>(c) * grid_, best});
      cell_of_.push_back(c);
    }
  }
}

Expected<AllocationFrontier> allocation_frontier(const AllocationProblem& problem, std::size_t most_cells) {
  if (const auto fine = check_problem(problem); !fine) {
    return fine.error();
  }
  if (most_cells < 2) {
    return usage_error("The grid of an allocation has at least two cells.");
  }
  AllocationFrontier frontier;
  frontier.problem_ = problem;
  frontier.choose_grid(most_cells);
  frontier.place_options();
  frontier.fill();
  return frontier;
}

Allocation AllocationFrontier::allocation(std::size_t point) const {
  Allocation result;
  result.options.resize(problem_.items.size());
  std::size_t cell = cell_of_[point];
  for (std::size_t i = problem_.items.size(); i-- > 0;) {
    result.options[i] = choice_[i * cells_ + cell];
    cell -= steps_[i][result.options[i]];
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
