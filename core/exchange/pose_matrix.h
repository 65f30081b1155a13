// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/geometry/rigid.h"

namespace alidade {

/// Numbers of a pose in a file: a 4 x 4 matrix row by row, as NumPy has it.
inline constexpr std::size_t kPoseNumbers = 16;

/// Puts the matrix of a pose behind the others.
inline void append_pose(const Rigid3& pose, std::vector<double>& out) {
  for (int row = 0; row < 3; ++row) {
    out.insert(out.end(), {pose.R(row, 0), pose.R(row, 1), pose.R(row, 2), pose.t[row]});
  }
  out.insert(out.end(), {0.0, 0.0, 0.0, 1.0});
}

/// The matrix of so many numbers.
inline Eigen::Matrix4d matrix_of(std::span<const double> values) {
  using RowMajor = Eigen::Matrix<double, 4, 4, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(values.data());
}

/// The matrix number `index`, which must be there.
inline Eigen::Matrix4d matrix_at(const std::vector<double>& values, std::size_t index) {
  return matrix_of(std::span(values).subspan(kPoseNumbers * index, kPoseNumbers));
}

/// Puts three numbers behind the others.
inline void append_vector(const Eigen::Vector3d& vector, std::vector<double>& out) {
  out.insert(out.end(), vector.data(), vector.data() + 3);
}

}  // namespace alidade
