// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

namespace alidade {

/// Cells of exactly equal area on the unit sphere: HEALPix in its ring order (Gorski et al., The
/// Astrophysical Journal 622, 2005, section 5). 12 sides^2 cells whose centers lie on 4 sides - 1 rings of
/// constant latitude, numbered from the north pole (+z) south and, on a ring, eastward.
class SphereGrid {
 public:
  static constexpr int kMostSides = 512;

  /// `sides` is clamped to 1..kMostSides; it need not be a power of two.
  explicit SphereGrid(int sides);

  int sides() const { return sides_; }
  std::size_t size() const {
    return 12 * static_cast<std::size_t>(sides_) * static_cast<std::size_t>(sides_);
  }
  /// Square root of a cell's area: mean distance between neighbors, radians.
  double spacing() const;

  /// The cell that holds the direction (any length but zero), in constant time.
  std::size_t index(const Eigen::Vector3d& direction) const;
  /// The unit vector to a cell's center, in constant time.
  Eigen::Vector3d center(std::size_t cell) const;

  /// Cells whose centers are at most `radius` radians from the unit vector `direction`, appended to `cells`
  /// in rising order.
  void cells_within(const Eigen::Vector3d& direction, double radius, std::vector<std::size_t>& cells) const;

  /// Values between the cells' centers along a parallel: `out`[i] is at longitude `first` + i `step`, linear
  /// in longitude on the rings above and below and in latitude between them; at the poles the mean of the
  /// nearest ring. `values` holds one number per cell.
  void interpolate(std::span<const double> values, double latitude, double first, double step,
                   std::span<double> out) const;

 private:
  /// Centers of one latitude.
  struct Ring {
    std::size_t first = 0;
    int count = 0;
    double z = 0.0;
    double longitude = 0.0;  ///< of the first center
  };
  Ring made_ring(int number) const;
  const Ring& ring(int number) const { return rings_[static_cast<std::size_t>(number - 1)]; }
  int num_rings() const { return 4 * sides_ - 1; }
  int last_ring_above(double z) const;
  void add_ring(std::span<const double> values, int number, double share, double first, double step,
                std::span<double> out) const;

  int sides_;
  std::vector<Ring> rings_;  ///< number 1 .. 4 sides - 1, from the north
};

}  // namespace alidade
