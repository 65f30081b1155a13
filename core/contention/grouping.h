// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// Difficulty-aware groups (DecomPose Sec. 5.2). Groups count from 0, the easiest; the paper's from 1.
struct QuantileGroups {
  std::vector<std::size_t> order;       ///< rows from easy to hard (Pi); equal ones keep their order
  std::vector<std::size_t> boundaries;  ///< b_0 .. b_G: group g holds order[b_g] .. order[b_(g+1) - 1]
  std::vector<int> groups;              ///< [row]

  int count() const { return static_cast<int>(boundaries.size()) - 1; }
  /// The row that lies on the cut-off between group g and the next harder one (Eq. 12).
  std::size_t boundary_row(int g) const { return order[boundaries[static_cast<std::size_t>(g) + 1] - 1]; }
};

/// Eq. 11 with b_g = floor(g K / G). kUsage when there are more groups than rows, or none, or when the
/// difficulty of a row is not known, which is named.
Expected<QuantileGroups> quantile_groups(std::span<const std::string> names,
                                         std::span<const double> difficulty, int groups);

/// Accuracies of a boundary's row when it is trained in its own group and in the next harder one.
struct PilotScores {
  double current, harder;
};

/// What refinement does where a group would lose its only member: Eq. 12 to the letter empties it.
enum class LastMember { kStays, kMoves };

struct BoundaryStep {
  int boundary;  ///< between this group and the next
  std::size_t row;
  bool wants_to_move;        ///< the harder group scores higher; a tie stays
  bool kept_as_last_member;  ///< and it stays all the same
};

struct RefinedGroups {
  std::vector<int> groups;  ///< [row]
  std::vector<BoundaryStep> steps;
};

/// Boundary refinement (Eq. 12), one boundary after the other; boundaries and order stay as they are. kUsage
/// unless there are G - 1 pairs of finite scores.
Expected<RefinedGroups> refine_boundaries(const QuantileGroups& quantiles,
                                          std::span<const PilotScores> pilots,
                                          LastMember last = LastMember::kStays);

/// Capacity of a correspondence branch (Sec. 5.3): App. C.1 or C.2.
enum class BranchCapacity { kHigh, kLow };

/// Mean difficulty of every group; nothing for an empty one.
std::vector<std::optional<double>> mean_difficulties(std::span<const int> groups, int count,
                                                     std::span<const double> difficulty);

/// Eq. 13: high where a group's mean difficulty is at most the median of all rows. A group in the middle
/// whose mean is the median is high, as Table 3 needs it; a single group is high by hand. Nothing for empty
/// groups.
std::vector<std::optional<BranchCapacity>> branch_capacities(std::span<const int> groups, int count,
                                                             std::span<const double> difficulty);

/// Groups of the sizes that quantiles would have, filled at random. kUsage as for quantile_groups.
Expected<std::vector<int>> random_groups(std::span<const std::string> names, int groups, std::uint64_t seed);

/// Groups by lists of names. kUsage for a name that is none of the rows, one that is listed twice, a row
/// without a route, and an empty list.
Expected<std::vector<int>> named_groups(std::span<const std::string> names,
                                        std::span<const std::vector<std::string>> lists);

/// Whether `groups` gives every row one of `count` groups and every group a row; else kUsage naming it.
Expected<void> check_groups(std::span<const std::string> names, std::span<const int> groups, int count);

/// Groups by average linkage on 1 - cosine, cosines [row][row]. Undefined pairs say nothing. kUsage as above.
Expected<std::vector<int>> gradient_groups(std::span<const std::string> names,
                                           std::span<const double> cosines, int groups);

/// Groups by average linkage on the measured relative change of losses, [trained row][row], the mean of both
/// directions: rows that help each other stand together. kUsage as above.
Expected<std::vector<int>> effect_groups(std::span<const std::string> names, std::span<const double> changes,
                                         int groups);

}  // namespace alidade
