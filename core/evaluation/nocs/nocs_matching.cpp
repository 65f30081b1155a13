// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/nocs/nocs_matching.h"

#include <algorithm>
#include <numeric>

namespace alidade {

std::vector<std::size_t> overlap_order(const NocsCandidates& all, const NocsGroup& group,
                                       std::size_t estimate) {
  std::vector<std::size_t> order(group.truths);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double left = all.pair(group, estimate, a).stored_overlap();
    const double right = all.pair(group, estimate, b).stored_overlap();
    return left != right ? left > right : a > b;  // the references reverse a rising stable order
  });
  return order;
}

std::vector<std::size_t> pose_order(const NocsCandidates& all, const NocsGroup& group, std::size_t estimate,
                                    std::span<const std::size_t> truths) {
  std::vector<std::size_t> order(truths.begin(), truths.end());
  const auto sum = [&](std::size_t truth) {
    const NocsPair& pair = all.pair(group, estimate, truth);
    return pair.degrees + pair.centimetres;
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sum(a) < sum(b); });
  return order;
}

void match_by_overlap(const NocsCandidates& all, const NocsGroup& group, double threshold,
                      NocsMatches* matches) {
  matches->reset(group);
  for (std::size_t i = 0; i < group.estimates; ++i) {
    // The free truth of largest overlap is the first one that the sorted visit would not skip.
    double best = threshold;
    int chosen = -1;
    for (std::size_t j = 0; j < group.truths; ++j) {
      const double overlap = all.pair(group, i, j).stored_overlap();
      if (matches->estimate_of[j] < 0 && overlap > threshold && overlap >= best) {
        best = overlap;
        chosen = static_cast<int>(j);
      }
    }
    if (chosen >= 0) {
      matches->join(i, static_cast<std::size_t>(chosen));
    }
  }
}

void keep_survivors(const NocsCandidates& all, const NocsGroup& group, NocsMatches* scratch, NocsKept* kept) {
  kept->estimates.clear();
  kept->truths.clear();
  const bool every = all.rule.survivors == NocsSurvivors::kAll;
  if (!every) {
    match_by_overlap(all, group, kNocsFilter, scratch);
  }
  for (std::size_t i = 0; i < group.estimates; ++i) {
    if (every || scratch->truth_of[i] >= 0) {
      kept->estimates.push_back(i);
    }
  }
  for (std::size_t j = 0; j < group.truths; ++j) {
    if (every || scratch->estimate_of[j] >= 0) {
      kept->truths.push_back(j);
    }
  }
}

void match_by_pose(const NocsCandidates& all, const NocsGroup& group, const NocsKept& kept, double degrees,
                   double centimetres, NocsMatches* matches) {
  matches->reset(group);
  for (const std::size_t i : kept.estimates) {
    // The free truth within both thresholds whose sum is smallest; the first one when equal.
    double best = 0.0;
    int chosen = -1;
    for (const std::size_t j : kept.truths) {
      const NocsPair& pair = all.pair(group, i, j);
      const double sum = pair.degrees + pair.centimetres;
      if (matches->estimate_of[j] < 0 && pair.degrees <= degrees && pair.centimetres <= centimetres &&
          (chosen < 0 || sum < best)) {
        best = sum;
        chosen = static_cast<int>(j);
      }
    }
    if (chosen >= 0) {
      matches->join(i, static_cast<std::size_t>(chosen));
    }
  }
}

}  // namespace alidade
