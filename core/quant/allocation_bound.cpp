// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <sstream>
#include <utility>

#include "core/quant/allocation.h"

namespace alidade {
namespace {

/// min over options of loss + price * cost, summed over items, minus price * budget: a lower bound of every
/// assignment within the budget, for any price >= 0.
struct Relaxation {
  double price = 0.0, bound = 0.0;
  std::vector<std::size_t> options;
  std::int64_t cost = 0;
  double loss = 0.0;
};

Relaxation relaxed(const AllocationProblem& problem, std::int64_t budget, double price) {
  Relaxation result;
  result.price = price;
  result.bound = -price * static_cast<double>(budget);
  for (const AllocationItem& item : problem.items) {
    double best = std::numeric_limits<double>::infinity();
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < item.options.size(); ++i) {
      const WidthOption& option = item.options[i];
      const double value = option.loss + price * static_cast<double>(option.cost);
      if (option.allowed && (value < best || (value == best && option.cost < item.options[chosen].cost))) {
        best = value;
        chosen = i;
      }
    }
    result.options.push_back(chosen);
    result.cost += item.options[chosen].cost;
    result.loss += item.options[chosen].loss;
    result.bound += best;
  }
  return result;
}

/// The best of many prices by halving; the last one within the budget is the first assignment.
std::pair<Relaxation, Allocation> best_price(const AllocationProblem& problem, std::int64_t budget) {
  Relaxation best = relaxed(problem, budget, 0.0);
  if (best.cost <= budget) {
    return {best, Allocation{best.options, best.cost, best.loss}};
  }
  Allocation within = cheapest_allocation(problem);
  double low = 0.0, high = 1e-9;
  while (relaxed(problem, budget, high).cost > budget && high < 1e300) {
    high *= 4.0;
  }
  constexpr int kHalvings = 80;
  for (int i = 0; i < kHalvings; ++i) {
    const double price = 0.5 * (low + high);
    const Relaxation here = relaxed(problem, budget, price);
    best = here.bound > best.bound ? here : best;
    if (here.cost <= budget) {
      high = price;
      within = here.loss < within.loss ? Allocation{here.options, here.cost, here.loss} : within;
    } else {
      low = price;
    }
  }
  return {best, within};
}

/// Prices around that of the whole problem: what remains of it at a node may have another best price.
std::vector<double> prices_around(double price) {
  std::vector<double> prices{price};
  for (int i = 1; i <= 40; ++i) {
    prices.push_back(price * std::exp2(0.25 * i));
    prices.push_back(price * std::exp2(-0.25 * i));
  }
  return prices;
}

/// The relaxation of the items from each depth on, at one price.
struct PricedSuffix {
  double price;
  std::vector<double> least;  ///< [depth] sum of min(loss + price * cost)
};

class BoundSearch {
 public:
  BoundSearch(const AllocationProblem& problem, std::int64_t budget, std::size_t most_nodes)
      : problem_(problem), budget_(budget), most_nodes_(most_nodes), order_(problem.items.size()) {
    auto [relaxation, within] = best_price(problem, budget);
    bound_ = relaxation.bound;
    best_ = std::move(within);
    tolerance_ = 1e-12 * std::max(std::abs(bound_), std::abs(best_.loss));
    sort_items(relaxation.price);
    add_suffixes(relaxation.price);
    chosen_.resize(order_.size());
  }

  BoundedAllocation run() {
    descend(0, 0, 0.0);
    BoundedAllocation result{best_, !stopped_, 0.0, nodes_};
    result.gap = result.exact ? 0.0 : std::max(0.0, best_.loss - bound_);
    return result;
  }

 private:
  const AllocationItem& item_at(std::size_t depth) const { return problem_.items[order_[depth]]; }

  /// Items with the widest range of costs first: what is left then fits any remaining budget closely.
  /// Options of each by their value at the price.
  void sort_items(double price) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::vector<std::int64_t> ranges;
    for (const AllocationItem& item : problem_.items) {
      std::int64_t least = std::numeric_limits<std::int64_t>::max(), most = 0;
      for (const WidthOption& option : item.options) {
        least = option.allowed ? std::min(least, option.cost) : least;
        most = option.allowed ? std::max(most, option.cost) : most;
      }
      ranges.push_back(most - least);
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return ranges[a] > ranges[b]; });
    for (std::size_t depth = 0; depth < order_.size(); ++depth) {
      std::vector<std::size_t> options;
      for (std::size_t o = 0; o < item_at(depth).options.size(); ++o) {
        if (item_at(depth).options[o].allowed) {
          options.push_back(o);
        }
      }
      std::stable_sort(options.begin(), options.end(), [&](std::size_t a, std::size_t b) {
        return priced(depth, a, price) < priced(depth, b, price);
      });
      options_.push_back(std::move(options));
    }
  }

  double priced(std::size_t depth, std::size_t option, double price) const {
    const WidthOption& choice = item_at(depth).options[option];
    return choice.loss + price * static_cast<double>(choice.cost);
  }

  void add_suffixes(double root_price) {
    for (const double price : prices_around(root_price)) {
      PricedSuffix suffix{price, std::vector<double>(order_.size() + 1, 0.0)};
      for (std::size_t depth = order_.size(); depth-- > 0;) {
        double least = std::numeric_limits<double>::infinity();
        for (const std::size_t option : options_[depth]) {
          least = std::min(least, priced(depth, option, price));
        }
        suffix.least[depth] = suffix.least[depth + 1] + least;
      }
      suffixes_.push_back(std::move(suffix));
    }
    cheapest_.assign(order_.size() + 1, 0);
    for (std::size_t depth = order_.size(); depth-- > 0;) {
      std::int64_t least = std::numeric_limits<std::int64_t>::max();
      for (const std::size_t option : options_[depth]) {
        least = std::min(least, item_at(depth).options[option].cost);
      }
      cheapest_[depth] = cheapest_[depth + 1] + least;
    }
  }

  /// Whether nothing below can be better: it does not fit, or some price says so.
  bool is_hopeless(std::size_t depth, std::int64_t cost, double loss) const {
    if (cost + cheapest_[depth] > budget_) {
      return true;
    }
    const auto left = static_cast<double>(budget_ - cost);
    return std::any_of(suffixes_.begin(), suffixes_.end(), [&](const PricedSuffix& suffix) {
      return loss + suffix.least[depth] - suffix.price * left > best_.loss - tolerance_;
    });
  }

  /// Losses are summed in the order of the items, as everywhere.
  void take() {
    Allocation found;
    found.options.resize(order_.size());
    for (std::size_t depth = 0; depth < order_.size(); ++depth) {
      found.options[order_[depth]] = chosen_[depth];
    }
    for (std::size_t i = 0; i < found.options.size(); ++i) {
      found.cost += problem_.items[i].options[found.options[i]].cost;
      found.loss += problem_.items[i].options[found.options[i]].loss;
    }
    best_ = found.loss < best_.loss ? found : best_;
  }

  void descend(std::size_t depth, std::int64_t cost, double loss) {
    if (depth == order_.size()) {
      take();
      return;
    }
    for (const std::size_t o : options_[depth]) {
      const WidthOption& option = item_at(depth).options[o];
      if (is_hopeless(depth + 1, cost + option.cost, loss + option.loss)) {
        continue;
      }
      if (nodes_ == most_nodes_) {
        stopped_ = true;
        return;
      }
      ++nodes_;
      chosen_[depth] = o;
      descend(depth + 1, cost + option.cost, loss + option.loss);
      if (stopped_) {
        return;
      }
    }
  }

  const AllocationProblem& problem_;
  std::int64_t budget_;
  std::size_t most_nodes_, nodes_ = 0;
  bool stopped_ = false;
  double bound_ = 0.0, tolerance_ = 0.0;
  Allocation best_;
  std::vector<std::size_t> order_;                 ///< [depth] item
  std::vector<std::vector<std::size_t>> options_;  ///< [depth] allowed ones, the most promising first
  std::vector<PricedSuffix> suffixes_;
  std::vector<std::int64_t> cheapest_;  ///< [depth] cost of the items from there on
  std::vector<std::size_t> chosen_;     ///< [depth] option
};

}  // namespace

std::string BoundedAllocation::description() const {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  if (exact) {
    text << "exact after " << nodes << " nodes";
  } else {
    text << "stopped after " << nodes << " nodes: at most " << gap << " above the optimum";
  }
  return text.str();
}

Expected<BoundedAllocation> solve_allocation(const AllocationProblem& problem, std::int64_t budget,
                                             std::size_t most_nodes) {
  if (const auto fine = check_problem(problem); !fine) {
    return fine.error();
  }
  if (const auto fine = check_budget(problem, budget); !fine) {
    return fine.error();
  }
  return BoundSearch(problem, budget, std::max<std::size_t>(most_nodes, 1)).run();
}

}  // namespace alidade
