// SPDX-License-Identifier: BSD-3-Clause
#include "core/detection/assignment.h"

#include <algorithm>
#include <limits>

namespace alidade {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

double squared_distance(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  const double x = a.x() - b.x(), y = a.y() - b.y(), z = a.z() - b.z();
  return x * x + y * y + z * z;
}

/// What a location must be nearer than for an object to choose it; `on_level` is used up.
double choice_limit(std::vector<double>& on_level) {
  if (on_level.size() <= kLocationsOfObject) {
    return kNever;
  }
  std::nth_element(on_level.begin(), on_level.begin() + kLocationsOfObject, on_level.end());
  return on_level[kLocationsOfObject];
}

}  // namespace

std::vector<int> assign_locations(const LevelLocations& locations, std::span<const Eigen::Vector3d> centers,
                                  std::span<const int> levels, AssignmentRule rule) {
  const std::size_t count = locations.positions.size();
  std::vector<int> assigned(count, -1), nearest(count, -1);
  std::vector<double> assigned_distance(count, kNever), nearest_distance(count, kNever), distance(count);
  std::vector<double> on_level;
  for (std::size_t object = 0; object < centers.size(); ++object) {
    on_level.clear();
    for (std::size_t i = 0; i < count; ++i) {
      distance[i] = squared_distance(locations.positions[i], centers[object]);
      if (locations.levels[i] == levels[object]) {
        on_level.push_back(distance[i]);
      }
    }
    const double limit = choice_limit(on_level);
    for (std::size_t i = 0; i < count; ++i) {
      if (distance[i] < nearest_distance[i]) {
        nearest_distance[i] = distance[i];
        nearest[i] = static_cast<int>(object);
      }
      const bool chosen = locations.levels[i] == levels[object] && distance[i] < limit;
      if (chosen && distance[i] < assigned_distance[i]) {
        assigned_distance[i] = distance[i];
        assigned[i] = static_cast<int>(object);
      }
    }
  }
  if (rule == AssignmentRule::kNearestOfAll) {
    for (std::size_t i = 0; i < count; ++i) {
      assigned[i] = assigned[i] == nearest[i] ? assigned[i] : -1;
    }
  }
  return assigned;
}

}  // namespace alidade
