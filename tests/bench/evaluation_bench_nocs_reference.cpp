// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <numeric>

#include "core/evaluation/statistics/average_precision.h"
#include "tests/bench/nocs_reference.h"

namespace alidade::bench {
namespace {

/// What the scripts collect of one class: per threshold, whether each detection was matched.
struct Collected {
  std::vector<std::vector<char>> hits;  ///< [threshold][detection]
  std::vector<double> scores;
  std::uint32_t truths = 0;
};

NocsMatches match_overlaps(const NocsCandidates& all, const NocsGroup& group, double threshold) {
  NocsMatches matches;
  matches.reset(group);
  for (std::size_t i = 0; i < group.estimates; ++i) {
    for (const std::size_t j : overlap_order(all, group, i)) {
      if (matches.estimate_of[j] >= 0) {
        continue;
      }
      if (all.pair(group, i, j).stored_overlap() > threshold) {
        matches.join(i, j);
      }
      break;
    }
  }
  return matches;
}

NocsMatches match_poses(const NocsCandidates& all, const NocsGroup& group, const NocsKept& kept,
                        double degrees, double centimetres) {
  NocsMatches matches;
  matches.reset(group);
  for (const std::size_t i : kept.estimates) {
    for (const std::size_t j : pose_order(all, group, i, kept.truths)) {
      const NocsPair& pair = all.pair(group, i, j);
      if (matches.estimate_of[j] < 0 && pair.degrees <= degrees && pair.centimetres <= centimetres) {
        matches.join(i, j);
        break;
      }
    }
  }
  return matches;
}

double ap(const Collected& collected, std::size_t threshold) {
  std::vector<std::size_t> order(collected.scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return collected.scores[a] > collected.scores[b]; });
  std::vector<RankedDetection> ranked;
  for (const std::size_t i : order) {
    ranked.push_back({0, collected.hits[threshold][i] != 0});
  }
  return average_precision(ranked, {&collected.truths, 1}, {}, ApRule::kNocs).value_or(0.0);
}

std::vector<double> all_ap(const Collected& collected) {
  std::vector<double> values(collected.hits.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = ap(collected, i);
  }
  return values;
}

void collect(const NocsCandidates& all, const NocsGroup& group, const NocsGrid& grid, Collected* overlaps,
             Collected* poses) {
  for (std::size_t t = 0; t < grid.overlaps.size(); ++t) {
    const NocsMatches matches = match_overlaps(all, group, grid.overlaps[t]);
    for (std::size_t i = 0; i < group.estimates; ++i) {
      overlaps->hits[t].push_back(matches.truth_of[i] >= 0 ? 1 : 0);
    }
  }
  NocsMatches scratch;
  NocsKept kept;
  keep_survivors(all, group, &scratch, &kept);
  for (std::size_t t = 0; t < poses->hits.size(); ++t) {
    const std::size_t columns = grid.centimetres.size();
    const NocsMatches matches =
        match_poses(all, group, kept, grid.degrees[t / columns], grid.centimetres[t % columns]);
    for (const std::size_t i : kept.estimates) {
      poses->hits[t].push_back(matches.truth_of[i] >= 0 ? 1 : 0);
    }
  }
  for (std::size_t i = 0; i < group.estimates; ++i) {
    overlaps->scores.push_back(all.scores[group.first_estimate + i]);
  }
  for (const std::size_t i : kept.estimates) {
    poses->scores.push_back(all.scores[group.first_estimate + i]);
  }
  overlaps->truths += static_cast<std::uint32_t>(group.truths);
  poses->truths += static_cast<std::uint32_t>(kept.truths.size());
}

}  // namespace

NocsCurves reference_sweep(const NocsCandidates& all, const NocsGrid& grid) {
  std::vector<Collected> overlaps(all.categories);
  std::vector<Collected> poses(all.categories);
  for (std::size_t c = 0; c < all.categories; ++c) {
    overlaps[c].hits.resize(grid.overlaps.size());
    poses[c].hits.resize(grid.degrees.size() * grid.centimetres.size());
  }
  for (const NocsGroup& group : all.groups) {
    collect(all, group, grid, &overlaps[group.category], &poses[group.category]);
  }
  NocsCurves curves(grid, all.categories);
  for (std::size_t c = 0; c < all.categories; ++c) {
    curves.set_overlap_row(NocsMeasure::kAp, c, all_ap(overlaps[c]));
    curves.set_pose_row(NocsMeasure::kAp, c, all_ap(poses[c]));
  }
  curves.finish();
  return curves;
}

}  // namespace alidade::bench
