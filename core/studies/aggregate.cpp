// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/aggregate.h"

#include <algorithm>
#include <utility>

#include "core/base/random.h"
#include "core/evaluation/errors/hypothesis_set.h"
#include "core/geometry/pose_modes.h"
#include "core/geometry/so3_statistics.h"

namespace alidade {
namespace {

constexpr double kMeanShare = 0.6;  // GenPose averages 60 % of its samples

constexpr std::array<std::pair<Aggregation, const char*>, 5> kNames{{
    {Aggregation::kSingle, "single"},
    {Aggregation::kMean, "mean"},
    {Aggregation::kMode, "mode"},
    {Aggregation::kRanked, "ranked"},
    {Aggregation::kRegression, "regression"},
}};

Rigid3 mean_of_subset(std::span<const Rigid3> samples, std::uint64_t seed) {
  std::vector<Rigid3> chosen(samples.begin(), samples.end());
  Random random(seed);
  const auto keep =
      std::max<std::size_t>(1, static_cast<std::size_t>(kMeanShare * static_cast<double>(chosen.size())));
  for (std::size_t i = 0; i < keep; ++i) {
    std::swap(chosen[i], chosen[i + random.index(static_cast<std::uint32_t>(chosen.size() - i))]);
  }
  chosen.resize(keep);
  return mean_pose(chosen);
}

}  // namespace

Expected<Aggregation> parse_aggregation(const std::string& text) {
  for (const auto& [aggregation, name] : kNames) {
    if (text == name) {
      return aggregation;
    }
  }
  return Error{ErrorCode::kUsage, "unknown --aggregate \"" + text.substr(0, 60) +
                                      "\"; choose single, mean, mode, ranked or regression."};
}

std::string to_text(Aggregation aggregation) {
  const auto found = std::find_if(kNames.begin(), kNames.end(),
                                  [aggregation](const auto& entry) { return entry.first == aggregation; });
  return found == kNames.end() ? "" : found->second;
}

Rigid3 aggregate(Aggregation aggregation, std::span<const Rigid3> samples, std::uint64_t seed,
                 std::span<const std::array<double, 2>> energies) {
  switch (aggregation) {
    case Aggregation::kMean:
      return mean_of_subset(samples, seed);
    case Aggregation::kMode:
      return highest_mode(samples, ModeBandwidth{});
    case Aggregation::kRanked:
      return average_of_best(rank_hypotheses(samples, energies).poses, kMeanShare);
    default:
      return samples.front();
  }
}

}  // namespace alidade
