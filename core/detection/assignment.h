// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

namespace alidade {

/// Which object a location that several are near to learns from.
enum class AssignmentRule {
  kNearestChoosing,  ///< mmdetection3d: the nearest of the objects that chose the location
  kNearestOfAll,  ///< tr3d: no object at all where one that did not choose it, of whatever level, is nearer
};

/// Locations that an object chooses on its level.
inline constexpr int kLocationsOfObject = 6;

/// The locations of a scene, the levels one after the other.
struct LevelLocations {
  std::vector<Eigen::Vector3d> positions;  ///< metres
  std::vector<int> levels;                 ///< of each position
};

/// What each location learns: index of an object, or -1. An object chooses, on the level `levels` of its own,
/// the locations strictly nearer to its center than the 7th nearest; all where there are fewer than 7.
/// Equally near objects: the lower index.
std::vector<int> assign_locations(const LevelLocations& locations, std::span<const Eigen::Vector3d> centers,
                                  std::span<const int> levels, AssignmentRule rule);

}  // namespace alidade
