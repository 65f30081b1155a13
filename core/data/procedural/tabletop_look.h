// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "core/data/procedural/tabletop_scene.h"

namespace alidade {

/// Surfaces and light of one frame. Colors are linear RGB, 0..1.
class TabletopLook {
 public:
  explicit TabletopLook(const TabletopScene& scene);

  /// Albedo of the table's top at (x, z).
  Eigen::Vector3d table(double x, double z) const;
  /// Albedo of walls and floor at a point of the room.
  Eigen::Vector3d room(const Eigen::Vector3d& point) const;
  /// Share of the sky that the things around leave to a point of the table, 0..1.
  double table_openness(double x, double z) const;

  Eigen::Vector3d light_position;  ///< world, metres
  Eigen::Vector3d light_color, sky_color, ground_color;
  double color_noise = 1.5;  ///< sigma in 8-bit steps

 private:
  enum class Surface { kWood, kStone, kCloth, kPlain };
  void map_openness(const TabletopScene& scene);

  Surface surface_ = Surface::kWood;
  Eigen::Vector3d table_a_, table_b_, wall_low_, wall_high_, floor_;
  double turn_cos_ = 1.0, turn_sin_ = 0.0, scale_ = 1.0;
  std::uint32_t texture_seed_ = 0;
  std::vector<float> openness_;
};

}  // namespace alidade
