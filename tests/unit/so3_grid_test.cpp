// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numeric>

#include <QtTest>

#include "core/base/constants.h"
#include "core/base/random.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_grid.h"
#include "core/geometry/so3_statistics.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

Eigen::Matrix3d some_rotation(Random& random) {
  return uniform_rotation(random.uniform(), random.uniform(), random.uniform());
}

Eigen::Vector3d some_direction(Random& random) {
  const double z = random.uniform(-1.0, 1.0);
  const double longitude = random.uniform(0.0, 2.0 * kPi);
  return {std::sqrt(1.0 - z * z) * std::cos(longitude), std::sqrt(1.0 - z * z) * std::sin(longitude), z};
}

/// Chi-square of counts against equal expectations, in standard deviations from its mean.
double chi_square_sigmas(const std::vector<int>& counts, int total) {
  const double expected = static_cast<double>(total) / static_cast<double>(counts.size());
  double chi = 0.0;
  for (const int count : counts) {
    chi += (count - expected) * (count - expected) / expected;
  }
  const double freedom = static_cast<double>(counts.size()) - 1.0;
  return (chi - freedom) / std::sqrt(2.0 * freedom);
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

class So3GridTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sphereCellsHoldTheirCenters() {
    for (const int sides : {1, 2, 3, 4, 7, 16, 33}) {
      const SphereGrid grid(sides);
      QCOMPARE(grid.size(), static_cast<std::size_t>(12 * sides * sides));
      Eigen::Vector3d sum = Eigen::Vector3d::Zero();
      for (std::size_t cell = 0; cell < grid.size(); ++cell) {
        const Eigen::Vector3d center = grid.center(cell);
        QVERIFY(std::abs(center.norm() - 1.0) < 1e-12);
        QCOMPARE(grid.index(center), cell);
        QCOMPARE(grid.index(17.0 * center), cell);
        sum += center;
      }
      QVERIFY(sum.norm() < 1e-9);  // the grid is balanced about the origin
    }
  }

  void knownSphereCells() {
    // The four cells about each pole, and the belt of the twelve base cells (Gorski et al., Fig. 4).
    const SphereGrid base(1);
    QCOMPARE(base.index({0.1, 0.1, 1.0}), std::size_t{0});
    QCOMPARE(base.index({-0.1, 0.1, 1.0}), std::size_t{1});
    QCOMPARE(base.index({1.0, 0.0, 0.0}), std::size_t{4});
    QCOMPARE(base.index({0.0, 1.0, 0.0}), std::size_t{5});
    QCOMPARE(base.index({0.1, -0.1, -1.0}), std::size_t{11});
    QVERIFY(std::abs(base.center(0).z() - 2.0 / 3.0) < 1e-15);
    QVERIFY(std::abs(base.center(4).z()) < 1e-15);
    // The poles themselves and the seam of the longitude have a cell too.
    for (const int sides : {1, 5, 16}) {
      const SphereGrid grid(sides);
      QVERIFY(grid.index({0.0, 0.0, 1.0}) < 4);
      QVERIFY(grid.index({0.0, 0.0, -1.0}) >= grid.size() - 4);
      QVERIFY(grid.index({-1.0, -0.0, 0.3}) < grid.size() && grid.index({1.0, -1e-18, 0.0}) < grid.size());
    }
  }

  void sphereCellsAreOfEqualArea() {
    Random random(7);
    for (const int sides : {2, 3, 8}) {
      const SphereGrid grid(sides);
      std::vector<int> counts(grid.size(), 0);
      const int total = static_cast<int>(grid.size()) * 200;
      for (int i = 0; i < total; ++i) {
        ++counts[grid.index(some_direction(random))];
      }
      const double sigmas = chi_square_sigmas(counts, total);
      QVERIFY2(std::abs(sigmas) < 4.5, qPrintable(QString::number(sigmas)));
    }
  }

  void capsHoldExactlyTheirCells() {
    Random random(3);
    const SphereGrid grid(9);
    for (int i = 0; i < 200; ++i) {
      const Eigen::Vector3d d = i == 0 ? Eigen::Vector3d(0, 0, 1) : some_direction(random);
      const double radius = random.uniform(0.0, i % 4 == 0 ? kPi : 0.7);
      std::vector<std::size_t> found, expected;
      grid.cells_within(d, radius, found);
      for (std::size_t cell = 0; cell < grid.size(); ++cell) {
        if (std::atan2(grid.center(cell).cross(d).norm(), grid.center(cell).dot(d)) <= radius) {
          expected.push_back(cell);
        }
      }
      QVERIFY(found == expected);
    }
  }

  void interpolationGoesThroughTheCentersAndKeepsConstants() {
    const SphereGrid grid(6);
    Random random(5);
    std::vector<double> values;
    for (std::size_t cell = 0; cell < grid.size(); ++cell) {
      values.push_back(random.uniform());
    }
    for (std::size_t cell = 0; cell < grid.size(); ++cell) {
      const Eigen::Vector3d c = grid.center(cell);
      double out = 0.0;
      grid.interpolate(values, std::asin(c.z()), std::atan2(c.y(), c.x()), 0.0, {&out, 1});
      QVERIFY(std::abs(out - values[cell]) < 1e-9);
    }
    const std::vector<double> ones(grid.size(), 1.0);
    std::vector<double> out(50);
    for (const double latitude : {-0.5 * kPi, -1.5, -0.3, 0.0, 0.7, 1.56, 0.5 * kPi}) {
      grid.interpolate(ones, latitude, -kPi, 2.0 * kPi / 49.0, out);
      for (const double value : out) {
        QVERIFY(std::abs(value - 1.0) < 1e-12);
      }
    }
  }

  void cellsHoldTheirCenters() {
    for (const int sides : {1, 2, 3, 4}) {
      const So3Grid grid(sides);
      QCOMPARE(grid.size(), static_cast<std::size_t>(72 * sides * sides * sides));
      for (std::size_t cell = 0; cell < grid.size(); ++cell) {
        const Eigen::Matrix3d R = grid.center(cell);
        QVERIFY((R.transpose() * R - Eigen::Matrix3d::Identity()).norm() < 1e-12);
        QVERIFY(R.determinant() > 0.0);
        QCOMPARE(grid.index(R), cell);
      }
    }
  }

  void cellsAreOfEqualHaarVolume() {
    Random random(11);
    for (const int sides : {1, 2}) {
      const So3Grid grid(sides, sides == 1 ? 5 : 12);
      std::vector<int> counts(grid.size(), 0);
      const int total = static_cast<int>(grid.size()) * 300;
      for (int i = 0; i < total; ++i) {
        const std::size_t cell = grid.index(some_rotation(random));
        QVERIFY(cell < grid.size());  // every rotation falls into one cell
        ++counts[cell];
      }
      const double sigmas = chi_square_sigmas(counts, total);
      QVERIFY2(std::abs(sigmas) < 4.5, qPrintable(QString::number(sigmas)));
    }
  }

  void cellsAreCompact() {
    // No rotation is far from its cell's center, the poles of the fibration included.
    Random random(13);
    const So3Grid grid(4);
    for (int i = 0; i < 20000; ++i) {
      Eigen::Matrix3d R = some_rotation(random);
      if (i % 4 == 0) {  // the first column next to a pole
        const Eigen::Vector3d pole(random.uniform(-0.01, 0.01), random.uniform(-0.01, 0.01),
                                   i % 8 ? 1.0 : -1.0);
        R = Eigen::Quaterniond::FromTwoVectors(Eigen::Vector3d(R.col(0)), pole).toRotationMatrix() * R;
      }
      QVERIFY(geodesic_distance(R, grid.center(grid.index(R))) < 2.0 * grid.sphere().spacing());
    }
  }

  void densityIsRelativeToUniform() {
    Random random(17);
    const So3Grid grid(2);
    std::vector<Eigen::Matrix3d> uniform, one{some_rotation(random)};
    for (int i = 0; i < 100000; ++i) {
      uniform.push_back(some_rotation(random));
    }
    for (const double radius : {0.0, 0.05, 0.5}) {
      for (const auto& rotations : {uniform, one}) {
        const auto density = so3_density(rotations, grid, radius);
        QVERIFY(std::abs(mean_of(density) - 1.0) < 1e-9);
        QVERIFY(std::abs(mean_of(sphere_marginal(density, grid)) - 1.0) < 1e-9);
      }
    }
    for (const double value : sphere_marginal(so3_density(uniform, grid, 0.5), grid)) {
      QVERIFY(std::abs(value - 1.0) < 0.1);
    }
    const auto counts = so3_density(one, grid, 0.0);
    QCOMPARE(counts[grid.index(one[0])], static_cast<double>(grid.size()));
    QCOMPARE(mean_of(so3_density({}, grid, 0.3)), 0.0);
  }

  void kernelIsTheStatedOne() {
    // Brute force over all cell centers with the geodesic distance itself.
    Random random(19);
    const So3Grid grid(4);
    for (int i = 0; i < 20; ++i) {
      const Eigen::Matrix3d R = some_rotation(random);
      const double radius = random.uniform(0.3, i % 5 == 0 ? kPi : 1.2);
      const auto density = so3_density({&R, 1}, grid, radius);
      std::vector<double> expected(grid.size(), 0.0);
      for (std::size_t cell = 0; cell < grid.size(); ++cell) {
        const double above = std::cos(geodesic_distance(R, grid.center(cell))) - std::cos(radius);
        expected[cell] = above > 0.0 ? above * above : 0.0;
      }
      const double scale = 1.0 / mean_of(expected);
      for (std::size_t cell = 0; cell < grid.size(); ++cell) {
        QVERIFY(std::abs(density[cell] - scale * expected[cell]) < 1e-6 * scale);
      }
    }
  }

  void fibersAreSummedInClosedForm() {
    Random random(23);
    for (const double radius : {0.0, 0.45, 1.0, kPi}) {
      const So3Grid grid(6, 200);
      std::vector<Eigen::Matrix3d> rotations;
      for (int i = 0; i < 5; ++i) {
        rotations.push_back(some_rotation(random));
      }
      const auto summed = sphere_marginal(so3_density(rotations, grid, radius), grid);
      const auto closed = sphere_density(rotations, grid.sphere(), radius);
      QVERIFY(std::abs(mean_of(closed) - 1.0) < 1e-9);
      const double high = *std::max_element(closed.begin(), closed.end());
      for (std::size_t cell = 0; cell < closed.size(); ++cell) {
        QVERIFY2(std::abs(closed[cell] - summed[cell]) < 2e-3 * high,
                 qPrintable(QString("%1 %2 of %3").arg(closed[cell]).arg(summed[cell]).arg(high)));
      }
    }
    QCOMPARE(mean_of(sphere_density({}, SphereGrid(2), 0.3)), 0.0);
  }
};

ALIDADE_TEST(So3GridTest)
#include "so3_grid_test.moc"
