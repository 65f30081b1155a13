// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/geometry/rigid.h"
#include "core/geometry/so3_statistics.h"
#include "core/io/npy.h"
#include "tests/support/test_registry.h"

namespace alidade::test {

/// The numbers of a fixture array as rows: all dimensions after the first are flattened. Empty when
/// unreadable.
struct FixtureRows {
  std::vector<double> values;
  std::size_t rows = 0;
  std::size_t width = 0;

  double at(std::size_t row, std::size_t column) const { return values[row * width + column]; }
  Eigen::Vector3d vector3(std::size_t row, std::size_t first = 0) const {
    return {at(row, first), at(row, first + 1), at(row, first + 2)};
  }
  /// A row-major 3x3 matrix that starts at column `first`.
  Eigen::Matrix3d matrix3(std::size_t row, std::size_t first = 0) const {
    Eigen::Matrix3d m;
    for (int i = 0; i < 9; ++i) {
      m(i / 3, i % 3) = at(row, first + static_cast<std::size_t>(i));
    }
    return m;
  }
  /// The upper rows of a row-major 4x4 matrix in columns `first` .. `first` + 15, without its scale.
  Rigid3 rigid(std::size_t row, std::size_t first = 0, double* scale = nullptr) const {
    Rigid3 pose;
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        pose.R(i, j) = at(row, first + static_cast<std::size_t>(4 * i + j));
      }
      pose.t[i] = at(row, first + static_cast<std::size_t>(4 * i + 3));
    }
    const double factor = pose.R.col(0).norm();
    pose.R /= factor;
    if (scale != nullptr) {
      *scale = factor;
    }
    return pose;
  }
};

inline FixtureRows fixture_rows(const std::string& relative) {
  FixtureRows result;
  const Expected<NpyArray> array = read_npy(fixture(relative));
  if (!array || array->shape.empty()) {
    return result;
  }
  result.values = array->as_doubles();
  result.rows = array->shape[0];
  result.width = result.rows == 0 ? 0 : result.values.size() / result.rows;
  return result;
}

inline nlohmann::json fixture_json(const std::string& relative) {
  std::ifstream file(fixture(relative));
  return nlohmann::json::parse(file, nullptr, false);
}

inline Eigen::Matrix3d random_rotation(Random& random) {
  const double u1 = random.uniform();
  const double u2 = random.uniform();
  return uniform_rotation(u1, u2, random.uniform());
}

inline Eigen::Vector3d random_vector(Random& random, double low, double high) {
  const double x = random.uniform(low, high);
  const double y = random.uniform(low, high);
  return {x, y, random.uniform(low, high)};
}

}  // namespace alidade::test

/// Compares with an absolute tolerance and prints both numbers when it fails.
#define ALIDADE_NEAR(actual, expected, tolerance)                    \
  do {                                                               \
    const double actual_value = (actual);                            \
    const double expected_value = (expected);                        \
    QVERIFY2(std::abs(actual_value - expected_value) <= (tolerance), \
             qPrintable(QStringLiteral("%1 instead of %2")           \
                            .arg(actual_value, 0, 'g', 17)           \
                            .arg(expected_value, 0, 'g', 17)));      \
  } while (false)
