// SPDX-License-Identifier: BSD-3-Clause
#include "core/sharing/orbits.h"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace alidade {
namespace {

/// Twice the distances from the middle, sorted: equal for the members of an orbit.
using OrbitKey = std::array<int, 3>;

OrbitKey key_of(const std::array<int, 3>& offset, const std::array<std::array<int, 2>, 3>& bounds) {
  OrbitKey key;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    key[axis] = std::abs(2 * offset[axis] - bounds[axis][0] - bounds[axis][1]);
  }
  std::sort(key.begin(), key.end());
  return key;
}

/// The words of 3 x 3 x 3 and 2 x 2 x 2.
std::string name_of(const OrbitKey& key) {
  if (key == OrbitKey{0, 0, 0}) {
    return "center";
  }
  const auto is_one = [&](int one) {
    return std::all_of(key.begin(), key.end(), [one](int part) { return part == 0 || part == one; });
  };
  if (is_one(2) || is_one(1)) {
    constexpr std::array<const char*, 3> kWords{"faces", "edges", "corners"};
    return kWords[2 - static_cast<std::size_t>(std::count(key.begin(), key.end(), 0))];
  }
  std::string name = "|";
  for (const int part : key) {
    name += (name.size() > 1 ? " " : "") + std::to_string(part / 2) + (part % 2 != 0 ? ".5" : "");
  }
  return name + "|";
}

}  // namespace

std::array<std::array<int, 2>, 3> offset_bounds(std::span<const std::array<int, 3>> offsets) {
  std::array<std::array<int, 2>, 3> bounds{};
  for (std::size_t axis = 0; axis < 3 && !offsets.empty(); ++axis) {
    const auto [least, most] = std::minmax_element(
        offsets.begin(), offsets.end(), [axis](const auto& a, const auto& b) { return a[axis] < b[axis]; });
    bounds[axis] = {(*least)[axis], (*most)[axis]};
  }
  return bounds;
}

std::vector<KernelOrbit> orbits_of(std::span<const std::array<int, 3>> offsets) {
  const auto bounds = offset_bounds(offsets);
  const auto square = [](const OrbitKey& key) { return key[0] * key[0] + key[1] * key[1] + key[2] * key[2]; };
  std::map<std::pair<int, OrbitKey>, KernelOrbit> orbits;
  for (std::size_t j = 0; j < offsets.size(); ++j) {
    const OrbitKey key = key_of(offsets[j], bounds);
    KernelOrbit& orbit = orbits[{square(key), key}];
    orbit.name = name_of(key);
    orbit.members.push_back(j);
  }
  std::vector<KernelOrbit> sorted;
  for (auto& [key, orbit] : orbits) {
    sorted.push_back(std::move(orbit));
  }
  return sorted;
}

}  // namespace alidade
