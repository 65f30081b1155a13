// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/geometry/sphere_grid.h"

namespace alidade {

/// Cells of exactly equal Haar volume on SO(3) by the Hopf fibration (Yershova, Jain, LaValle and Mitchell,
/// International Journal of Robotics Research 29, 2010): the first column of R lies in a cell of an
/// equal-area grid on the sphere, the turn about it in one of `turns` equal parts of the circle. The turn is
/// counted from the rotation that reaches the column from the cell's center on the shortest way; since the
/// Haar measure is area times arc whatever the turn is counted from, cells stay equal, and each is compact.
/// Cell = sphere cell * turns + part of the circle.
class So3Grid {
 public:
  /// `sides` as in SphereGrid; `turns` is at least 1.
  So3Grid(int sides, int turns);
  /// With 6 sides turns, so that cells are about as wide on the circle as on the sphere (72 sides^3 cells).
  explicit So3Grid(int sides) : So3Grid(sides, 6 * sides) {}

  const SphereGrid& sphere() const { return sphere_; }
  int turns() const { return turns_; }
  std::size_t size() const { return sphere_.size() * static_cast<std::size_t>(turns_); }

  /// The cell that holds a rotation, in constant time.
  std::size_t index(const Eigen::Matrix3d& R) const;
  /// The rotation in the middle of a cell, in constant time.
  Eigen::Matrix3d center(std::size_t cell) const;
  /// The turn of R against a sphere cell's reference, in [0, 2 pi); R may point into another cell.
  double turn_against(std::size_t sphere_cell, const Eigen::Matrix3d& R) const;

 private:
  SphereGrid sphere_;
  int turns_;
};

/// A density on a grid's cells relative to the uniform one (1 everywhere); its mean is exactly 1 up to
/// rounding, 0 everywhere for no rotations. With `radius` > 0 (radians) each rotation is spread over the
/// cells whose centers lie nearer than that, with weights (cos angle - cos radius)^2, normalized for each
/// rotation; about a biweight kernel, whose standard deviation is a third of the radius. With 0, or where no
/// center is that near, it counts for its own cell alone.
std::vector<double> so3_density(std::span<const Eigen::Matrix3d> rotations, const So3Grid& grid,
                                double radius);

/// The density of the first column: the mean over each sphere cell's turns, again relative to uniform.
std::vector<double> sphere_marginal(std::span<const double> density, const So3Grid& grid);

/// The same marginal for grids of ever more turns: the kernel's integral over the fiber in closed form, which
/// takes no cells on SO(3) and is fast enough to follow ten thousand samples live. With `radius` 0 each
/// rotation counts for its sphere cell.
std::vector<double> sphere_density(std::span<const Eigen::Matrix3d> rotations, const SphereGrid& grid,
                                   double radius);

}  // namespace alidade
