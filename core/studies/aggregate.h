// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// How the K samples of one object become one estimate.
enum class Aggregation {
  kSingle,      ///< the first sample
  kMean,        ///< chordal mean of a random 60 % (GenPose without its ranker)
  kMode,        ///< the highest mode of the samples: never between two groups, as a mean may be
  kRanked,      ///< GenPose: average of the best 60 % by an energy network
  kRegression,  ///< the regression head; no sampling
};

/// "single", "mean", "mode", "ranked", "regression" (ErrorCode::kUsage otherwise) and back.
Expected<Aggregation> parse_aggregation(const std::string& text);
std::string to_text(Aggregation aggregation);

/// One pose of at least one sample; `seed` draws the random subset, `energies` (kRanked) holds a pair per
/// sample: rotation and translation, higher = better.
Rigid3 aggregate(Aggregation aggregation, std::span<const Rigid3> samples, std::uint64_t seed,
                 std::span<const std::array<double, 2>> energies);

}  // namespace alidade
