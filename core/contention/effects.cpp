// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/effects.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/random.h"
#include "core/evaluation/statistics/rank_correlation.h"

namespace alidade {
namespace {

constexpr double kNoAgreement = std::numeric_limits<double>::quiet_NaN();
constexpr double kNormal975 = 1.959963984540054;

/// Two lists side by side, where both are finite.
struct FinitePairs {
  std::vector<double> a, b;
  void add(double x, double y) {
    if (std::isfinite(x) && std::isfinite(y)) {
      a.push_back(x);
      b.push_back(y);
    }
  }
  double correlation() const { return rank_correlation(a, b).value_or(kNoAgreement); }
};

std::vector<std::size_t> shuffled(std::size_t count, Random& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) {
    std::swap(order[i - 1], order[random.index(static_cast<std::uint32_t>(i))]);
  }
  return order;
}

/// `pairs_under(order)` gives the pairs when the second side's rows stand in that order.
RankAgreement agreement(std::size_t rows, std::uint64_t seed, int permutations,
                        const std::function<FinitePairs(const std::vector<std::size_t>&)>& pairs_under) {
  std::vector<std::size_t> order(rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const FinitePairs pairs = pairs_under(order);
  RankAgreement result{pairs.correlation(), kNoAgreement, kNoAgreement, kNoAgreement, pairs.a.size()};
  if (!std::isfinite(result.correlation)) {
    return result;
  }
  const auto count = static_cast<double>(pairs.a.size());
  const double rho = std::clamp(result.correlation, -1.0, 1.0);
  if (count > 4.0) {
    const double error = std::sqrt((1.0 + 0.5 * rho * rho) / (count - 3.0));
    result.low = std::tanh(std::atanh(rho) - kNormal975 * error);
    result.high = std::tanh(std::atanh(rho) + kNormal975 * error);
  }
  Random random(seed);
  constexpr double kRounding = 1e-12;  // equal correlations count as equal
  double extreme = 1.0, all = 1.0;
  for (int k = 0; k < permutations; ++k) {
    const double value = pairs_under(shuffled(rows, random)).correlation();
    if (std::isfinite(value)) {
      all += 1.0;
      extreme += std::abs(value) >= std::abs(rho) - kRounding ? 1.0 : 0.0;
    }
  }
  result.p = extreme / all;
  return result;
}

}  // namespace

std::vector<double> relative_changes(const ContentionEffect& effect) {
  std::vector<double> changes;
  const std::size_t rows = effect.before.size();
  for (std::size_t at = 0; at < effect.after.size(); ++at) {
    const double before = effect.before[at % rows];
    const double change = (effect.after[at] - before) / before;
    changes.push_back(std::isfinite(change) ? change : kNoAgreement);
  }
  return changes;
}

std::vector<double> change_by_cosine(std::span<const double> cosines) {
  std::vector<double> changes;
  std::transform(cosines.begin(), cosines.end(), std::back_inserter(changes), std::negate<>());
  return changes;
}

std::vector<double> change_by_gradient(const PartGram& gram, const ContentionEffect& effect) {
  std::vector<double> changes;
  std::transform(gram.values.begin(), gram.values.end(), std::back_inserter(changes),
                 [&](double product) { return -effect.rate * effect.steps * product; });
  return changes;
}

RankAgreement matrix_agreement(std::span<const double> predicted, std::span<const double> measured,
                               std::size_t rows, std::uint64_t seed, int permutations) {
  return agreement(rows, seed, permutations, [&](const std::vector<std::size_t>& order) {
    FinitePairs pairs;
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < rows; ++j) {
        if (i != j) {
          pairs.add(predicted[i * rows + j], measured[order[i] * rows + order[j]]);
        }
      }
    }
    return pairs;
  });
}

RankAgreement list_agreement(std::span<const double> a, std::span<const double> b, std::uint64_t seed,
                             int permutations) {
  const std::size_t rows = std::min(a.size(), b.size());
  return agreement(rows, seed, permutations, [&](const std::vector<std::size_t>& order) {
    FinitePairs pairs;
    for (std::size_t i = 0; i < rows; ++i) {
      pairs.add(a[i], b[order[i]]);
    }
    return pairs;
  });
}

std::vector<double> realized_transfer(std::span<const double> joint, std::span<const double> alone) {
  std::vector<double> transfer;
  for (std::size_t i = 0; i < std::min(joint.size(), alone.size()); ++i) {
    transfer.push_back(joint[i] - alone[i]);
  }
  return transfer;
}

}  // namespace alidade
