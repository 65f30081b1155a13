// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace alidade::h2a2 {

/// An entry of a result, or an empty object; both outlive a loop over their items.
const nlohmann::ordered_json& object_at(const nlohmann::ordered_json& json, const std::string& key);

/// How offsets are shuffled in what agreement is compared with: all of them, or within the orbits of equal
/// distance from the center, by which a kernel that merely weighs its center most agrees too.
enum class OffsetShuffle { kAll, kWithinOrbits };

/// Fig. 1: mean over the layers of Spearman's correlation between the norms of two networks' kernels by
/// offset, less its mean over shuffled offsets (a fixed seed). `part`: "trained" or "start". Nothing where no
/// layer of kernel 3 is in both.
std::optional<double> response_agreement(const nlohmann::ordered_json& a, const nlohmann::ordered_json& b,
                                         const std::string& part, OffsetShuffle shuffle);

/// Coordinates of offset `index` of a 3 x 3 x 3 kernel that are not 0: 0 the center, 1 faces, 2 edges, 3
/// corners.
int orbit_of_index(std::size_t index);

}  // namespace alidade::h2a2
