// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/so3_grid.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;

/// A rotation whose first column is `direction`: of all of them, the one that leads there from the x axis on
/// the shortest way.
Eigen::Matrix3d frame_at(const Eigen::Vector3d& direction) {
  const double x = direction.x(), y = direction.y(), z = direction.z();
  if (1.0 + x < 1e-12) {
    return Eigen::Vector3d(-1.0, -1.0, 1.0).asDiagonal();
  }
  const double share = 1.0 / (1.0 + x);
  return (Eigen::Matrix3d() << x, -y, -z, y, 1.0 - share * y * y, -share * y * z, z, -share * y * z,
          1.0 - share * z * z)
      .finished();
}

/// The turn of R about its first column d against `frame`, whose first column c is reached from d on the
/// shortest way: R's second column v comes to v - (c.v) / (1 + c.d) (c + d).
Eigen::Vector2d turn_vector(const Eigen::Matrix3d& frame, const Eigen::Matrix3d& R) {
  const Eigen::Vector3d c = frame.col(0), d = R.col(0);
  Eigen::Vector3d v = R.col(1);
  if (const double near = 1.0 + c.dot(d); near > 1e-12) {
    v -= c.dot(v) / near * (c + d);
  }
  return {v.dot(frame.col(1)), v.dot(frame.col(2))};
}

double positive_angle(const Eigen::Vector2d& vector) {
  const double angle = std::atan2(vector.y(), vector.x());
  return angle < 0.0 ? angle + kTurn : angle;
}

/// Spreads one rotation; the cells touched and their weights are kept between calls to save allocations.
class Kernel {
 public:
  Kernel(const So3Grid& grid, double radius) : grid_(grid), radius_(radius), cut_(std::cos(radius)) {
    for (int k = 0; k < grid.turns(); ++k) {
      const double turn = kTurn * (k + 0.5) / grid.turns();
      cosines_.push_back(std::cos(turn));
      sines_.push_back(std::sin(turn));
    }
    for (std::size_t cell = 0; cell < grid.sphere().size(); ++cell) {
      frames_.push_back(frame_at(grid.sphere().center(cell)));
    }
  }

  void add(const Eigen::Matrix3d& R, std::vector<double>& density) {
    cells_.clear();
    touched_.clear();
    grid_.sphere().cells_within(R.col(0), radius_, cells_);
    double total = 0.0;
    for (const std::size_t cell : cells_) {
      total += weigh(cell, R);
    }
    if (!(total > 0.0)) {
      density[grid_.index(R)] += 1.0;
      return;
    }
    for (const auto& [cell, weight] : touched_) {
      density[cell] += weight / total;
    }
  }

 private:
  /// Weights of a sphere cell's turns. R and a center differ by a swing of the first column and a twist about
  /// it: 1 + cos angle = (1 + cos swing) (1 + cos twist) / 2.
  double weigh(std::size_t cell, const Eigen::Matrix3d& R) {
    const double swing = 0.5 * (1.0 + frames_[cell].col(0).dot(R.col(0)));
    if (!(swing > 1e-9)) {
      return 0.0;
    }
    const Eigen::Vector2d on_circle = turn_vector(frames_[cell], R).normalized();
    const double turn = positive_angle(on_circle);
    const std::size_t first = cell * static_cast<std::size_t>(grid_.turns());
    // Only the turns next to R's can be near.
    const double least = std::clamp((1.0 + cut_) / swing - 1.0, -1.0, 1.0);
    const double step = kTurn / grid_.turns();
    const double reach = std::acos(least);
    const int from = static_cast<int>(std::ceil((turn - reach) / step - 0.5));
    const int to =
        std::min(static_cast<int>(std::floor((turn + reach) / step - 0.5)), from + grid_.turns() - 1);
    double sum = 0.0;
    for (int k = from; k <= to; ++k) {
      const int part = (k % grid_.turns() + grid_.turns()) % grid_.turns();
      const auto at = static_cast<std::size_t>(part);
      const double above =
          swing * (1.0 + on_circle.x() * cosines_[at] + on_circle.y() * sines_[at]) - 1.0 - cut_;
      if (above > 0.0) {
        touched_.push_back({first + at, above * above});
        sum += above * above;
      }
    }
    return sum;
  }

  const So3Grid& grid_;
  double radius_, cut_;
  std::vector<double> cosines_, sines_;
  std::vector<Eigen::Matrix3d> frames_;
  std::vector<std::size_t> cells_;
  std::vector<std::pair<std::size_t, double>> touched_;
};

/// The integral of the kernel over the fiber above a place whose direction has the cosine `cosine` with the
/// rotation's: of (s (1 + cos twist) - 1 - cut)^2 where that is positive, s = (1 + cosine) / 2.
double fiber_integral(double cosine, double cut) {
  const double s = 0.5 * (1.0 + cosine);
  const double rest = s - 1.0 - cut;
  if (!(2.0 * s > 1.0 + cut)) {
    return 0.0;
  }
  const double edge = std::acos(std::clamp((1.0 + cut) / s - 1.0, -1.0, 1.0));
  return s * s * (edge + std::sin(edge) * std::cos(edge)) + 4.0 * s * rest * std::sin(edge) +
         2.0 * rest * rest * edge;
}

/// The integral for any cosine, from a table over [cut, 1].
class FiberTable {
 public:
  explicit FiberTable(double radius) : cut_(std::cos(radius)), scale_(kSteps / (1.0 - cut_)) {
    for (int i = 0; i <= kSteps; ++i) {
      values_.push_back(fiber_integral(cut_ + i / scale_, cut_));
    }
    values_.push_back(values_.back());
  }

  double at(double cosine) const {
    const double place = (std::min(cosine, 1.0) - cut_) * scale_;
    if (!(place > 0.0)) {
      return 0.0;
    }
    const auto below = static_cast<std::size_t>(place);
    const double share = place - static_cast<double>(below);
    return (1.0 - share) * values_[below] + share * values_[below + 1];
  }

 private:
  static constexpr int kSteps = 4096;
  double cut_, scale_;
  std::vector<double> values_;
};

}  // namespace

So3Grid::So3Grid(int sides, int turns) : sphere_(sides), turns_(std::max(1, turns)) {}

double So3Grid::turn_against(std::size_t sphere_cell, const Eigen::Matrix3d& R) const {
  return positive_angle(turn_vector(frame_at(sphere_.center(sphere_cell)), R));
}

std::size_t So3Grid::index(const Eigen::Matrix3d& R) const {
  const std::size_t cell = sphere_.index(R.col(0));
  const int part = static_cast<int>(turn_against(cell, R) / kTurn * turns_);
  return cell * static_cast<std::size_t>(turns_) + static_cast<std::size_t>(std::clamp(part, 0, turns_ - 1));
}

Eigen::Matrix3d So3Grid::center(std::size_t cell) const {
  const auto turns = static_cast<std::size_t>(turns_);
  const double turn = kTurn * (static_cast<double>(cell % turns) + 0.5) / turns_;
  return frame_at(sphere_.center(cell / turns)) * rotation_about(Eigen::Vector3d::UnitX(), turn);
}

std::vector<double> so3_density(std::span<const Eigen::Matrix3d> rotations, const So3Grid& grid,
                                double radius) {
  std::vector<double> density(grid.size(), 0.0);
  if (rotations.empty()) {
    return density;
  }
  if (radius > 0.0) {
    Kernel kernel(grid, std::min(radius, std::numbers::pi));
    for (const Eigen::Matrix3d& R : rotations) {
      kernel.add(R, density);
    }
  } else {
    for (const Eigen::Matrix3d& R : rotations) {
      density[grid.index(R)] += 1.0;
    }
  }
  const double uniform = static_cast<double>(rotations.size()) / static_cast<double>(grid.size());
  for (double& value : density) {
    value /= uniform;
  }
  return density;
}

std::vector<double> sphere_marginal(std::span<const double> density, const So3Grid& grid) {
  const auto turns = static_cast<std::size_t>(grid.turns());
  std::vector<double> marginal(grid.sphere().size(), 0.0);
  for (std::size_t cell = 0; cell < marginal.size(); ++cell) {
    for (std::size_t k = 0; k < turns; ++k) {
      marginal[cell] += density[cell * turns + k];
    }
    marginal[cell] /= static_cast<double>(turns);
  }
  return marginal;
}

std::vector<double> sphere_density(std::span<const Eigen::Matrix3d> rotations, const SphereGrid& grid,
                                   double radius) {
  std::vector<double> density(grid.size(), 0.0);
  const double reach = std::min(radius, std::numbers::pi);
  const FiberTable kernel(std::max(reach, 1e-3));
  std::vector<Eigen::Vector3d> centers;
  for (std::size_t cell = 0; cell < grid.size(); ++cell) {
    centers.push_back(grid.center(cell));
  }
  const double uniform = static_cast<double>(rotations.size()) / static_cast<double>(grid.size());
  std::vector<std::size_t> cells;
  std::vector<double> weights;
  for (const Eigen::Matrix3d& R : rotations) {
    const Eigen::Vector3d direction = R.col(0);
    cells.clear();
    weights.clear();
    if (reach > 0.0) {
      grid.cells_within(direction, reach, cells);
    }
    double total = 0.0;
    for (const std::size_t cell : cells) {
      weights.push_back(kernel.at(centers[cell].dot(direction)));
      total += weights.back();
    }
    if (!(total > 0.0)) {
      density[grid.index(direction)] += 1.0 / uniform;
      continue;
    }
    const double scale = 1.0 / (total * uniform);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      density[cells[i]] += scale * weights[i];
    }
  }
  return density;
}

}  // namespace alidade
