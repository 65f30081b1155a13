// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/map_densities.h"

#include <algorithm>
#include <utility>

namespace alidade {
namespace {

/// Colors and the truth do not matter to a density.
bool samePlaces(const RotationMapStyle& a, const RotationMapStyle& b) {
  return a.convention == b.convention && a.canonical == b.canonical && a.camera_side == b.camera_side;
}

}  // namespace

std::shared_ptr<const MapDensity> MapDensities::of(const RotationMap& map, const MapDensityOptions& options) {
  if (auto known = find(map, options)) {
    return known;
  }
  auto density = mapDensity(map, options);  // not under the lock: another thread may want another one
  keep({map, map.samples, density});
  return density;
}

std::shared_ptr<const MapDensity> MapDensities::find(const RotationMap& map,
                                                     const MapDensityOptions& options) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& known) {
    return known.density->options == options && samePlaces(known.style, map) && known.samples == map.samples;
  });
  if (found == known_.end()) {
    return nullptr;
  }
  known_.splice(known_.begin(), known_, found);
  return known_.front().density;
}

void MapDensities::keep(Known known) {
  const std::lock_guard lock(mutex_);
  rotations_ += known.samples.size();
  known_.push_front(std::move(known));
  while (rotations_ > most_ && known_.size() > 1) {
    rotations_ -= known_.back().samples.size();
    known_.pop_back();
  }
}

}  // namespace alidade
