// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <list>
#include <memory>
#include <mutex>

#include "views/base/rotation_map_density.h"

namespace alidade {

/// Densities of maps that were shown lately: equal rotations, shown the same way, are spread once. Any
/// thread.
class MapDensities {
 public:
  /// Keeps those of at most `most` rotations together (72 bytes each), the newest in any case.
  explicit MapDensities(std::size_t most = 400000) : most_(most) {}

  /// mapDensity, from here where it is known.
  std::shared_ptr<const MapDensity> of(const RotationMap& map, const MapDensityOptions& options);

 private:
  struct Known {
    RotationMapStyle style;
    std::vector<Eigen::Matrix3d> samples;
    std::shared_ptr<const MapDensity> density;
  };

  std::shared_ptr<const MapDensity> find(const RotationMap& map, const MapDensityOptions& options);
  void keep(Known known);

  std::mutex mutex_;
  std::list<Known> known_;  ///< guarded, as the count; the newest first
  std::size_t rotations_ = 0;
  const std::size_t most_;
};

}  // namespace alidade
