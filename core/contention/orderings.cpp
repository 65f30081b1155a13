// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/orderings.h"

#include <cmath>
#include <limits>

namespace alidade {
namespace {

/// Whether the candidate's figure exceeds all others' (`sign` 1) or lies below them (-1).
template <class Figure>
std::optional<bool> is_extreme(std::span<const GramStatistics> blocks, std::size_t candidate, double sign,
                               const Figure& figure) {
  bool extreme = blocks.size() > 1;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (!std::isfinite(figure(blocks[b]))) {
      return std::nullopt;
    }
    if (b != candidate && !(sign * figure(blocks[candidate]) > sign * figure(blocks[b]))) {
      extreme = false;
    }
  }
  return extreme;
}

/// Counts how often something holds where it is defined.
struct HoldCount {
  double held = 0.0, judged = 0.0;
  void add(std::optional<bool> value) {
    judged += value ? 1.0 : 0.0;
    held += value.value_or(false) ? 1.0 : 0.0;
  }
  double share() const { return judged > 0.0 ? held / judged : std::numeric_limits<double>::quiet_NaN(); }
};

}  // namespace

ContentionOrderings orderings_of(std::span<const GramStatistics> blocks, std::size_t candidate) {
  ContentionOrderings result;
  for (const GramStatistics& block : blocks) {
    result.stationary = result.stationary || block.stationary;
  }
  const auto judge = [&](double sign, double GramStatistics::*figure) {
    return is_extreme(blocks, candidate, sign, [figure](const GramStatistics& s) { return s.*figure; });
  };
  result.lowest_cosine = judge(-1.0, &GramStatistics::mean_cosine);
  result.highest_variance = judge(1.0, &GramStatistics::variance);
  result.highest_transfer = judge(1.0, &GramStatistics::mean_negative_transfer);
  HoldCount rows;
  for (std::size_t i = 0; i < (blocks.empty() ? 0 : blocks[0].rows); ++i) {
    rows.add(
        is_extreme(blocks, candidate, 1.0, [i](const GramStatistics& s) { return s.negative_transfer[i]; }));
  }
  result.rows_highest_transfer = rows.share();
  return result;
}

OrderingShares ordering_shares(std::span<const ContentionOrderings> epochs) {
  HoldCount cosine, variance, transfer, all;
  OrderingShares shares{};
  for (const ContentionOrderings& epoch : epochs) {
    if (epoch.stationary) {
      ++shares.stationary;
      continue;
    }
    ++shares.epochs;
    cosine.add(epoch.lowest_cosine);
    variance.add(epoch.highest_variance);
    transfer.add(epoch.highest_transfer);
    if (epoch.lowest_cosine && epoch.highest_variance && epoch.highest_transfer) {
      all.add(*epoch.lowest_cosine && *epoch.highest_variance && *epoch.highest_transfer);
    }
  }
  shares.lowest_cosine = cosine.share();
  shares.highest_variance = variance.share();
  shares.highest_transfer = transfer.share();
  shares.all_three = all.share();
  return shares;
}

}  // namespace alidade
