// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "core/data/procedural/cubesat_scene.h"

namespace alidade {

/// What lies behind everything: stars, and the Earth with oceans, land, clouds and air.
class CubesatBackdrop {
 public:
  explicit CubesatBackdrop(const CubesatScene& scene);

  /// Linear RGB of a pixel; 1 = white paint in the sun.
  Eigen::Vector3d color(int x, int y) const;
  /// Color and strength of the light that the Earth throws on what faces it.
  const Eigen::Vector3d& earthshine() const { return earthshine_; }

 private:
  void scatter_stars();
  /// `point` on the unit sphere; `view` from it to the camera; `footprint` of a pixel, in Earth radii.
  Eigen::Vector3d ground(const Eigen::Vector3d& point, const Eigen::Vector3d& view, double footprint) const;
  double daylight(const Eigen::Vector3d& point) const;

  const CubesatScene& scene_;
  Eigen::Vector3d east_, north_;  ///< of the point below the camera
  Eigen::Vector3d earthshine_;
  double cloud_cover_ = 0.5, land_cover_ = 0.5, aridity_ = 0.5;
  std::uint32_t texture_seed_ = 0;
  std::vector<Eigen::Vector3f> stars_;
};

}  // namespace alidade
