// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <vector>

#include <Eigen/Core>

#include "core/base/random.h"
#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shapes.h"

namespace alidade {

using ProfilePoints = std::vector<Eigen::Vector2d>;
inline constexpr int kRevolvedSegments = 32;

/// The color with all channels times `factor`.
Rgb shade(const Rgb& color, double factor);
/// The color between `a` (t = 0) and `b` (t = 1).
Rgb blend(const Rgb& a, const Rgb& b, double t);
/// The color of something made: mostly a hue, now and then white, gray or black.
Rgb paint(Random& random);
/// 0 below 0, 1 above 1, smooth between.
double smooth_step(double x);

/// An arc about (cx, cy) of radius `r`; `from`, `to` in radians.
ProfilePoints arc(double cx, double cy, double r, double from, double to, int steps);

/// The closed wall of a bowl or mug: outside, lip and inside. `radius(t)` is the outer radius at height
/// fraction t.
std::vector<ProfilePiece> cup_profile(const std::function<double(double)>& radius, double height, double wall,
                                      double floor, const Rgb& outside, const Rgb& inside, const Rgb& lip,
                                      int steps);

/// The built surface of revolution about y as a shape.
ShapeInstance finish_revolved(MeshBuilder& builder, double gloss);

/// A skin along a path in the xy plane with elliptic sections: `radius_in` lies in the plane, `radius_z`
/// across.
struct SweptSection {
  Eigen::Vector2d center = Eigen::Vector2d::Zero();
  double radius_in = 0.0, radius_z = 0.0;
  Rgb color{};
};
void sweep(MeshBuilder& builder, const std::vector<SweptSection>& sections, int sides, bool cap_first,
           bool cap_last);

}  // namespace alidade
