// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/pnp_solver.h"

#include <cmath>
#include <cstring>
#include <exception>
#include <mutex>

#include <opencv2/calib3d.hpp>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>

namespace alidade {
namespace {

/// OpenCV neither starts threads of its own nor writes to the terminal.
void quiet_opencv() {
  static std::once_flag once;
  std::call_once(once, [] {
    cv::setNumThreads(1);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    // A failed assertion is an exception that is caught here; OpenCV would print it as well.
    cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });
  });
}

cv::Matx33d matrix_of(const PinholeCamera& camera) {
  return {camera.fx, 0.0, camera.cx, 0.0, camera.fy, camera.cy, 0.0, 0.0, 1.0};
}

/// A view of vectors that lie one behind the other.
template <class Vector>
cv::Mat rows_of(std::span<const Vector> vectors) {
  static_assert(sizeof(Vector) == sizeof(double) * Vector::SizeAtCompileTime);
  return {static_cast<int>(vectors.size()), 1, CV_64FC(Vector::SizeAtCompileTime),
          const_cast<double*>(vectors.front().data())};
}

bool take_pose(const cv::Vec3d& rotation, const cv::Vec3d& translation, Rigid3& pose) {
  cv::Matx33d matrix;
  cv::Rodrigues(rotation, matrix);
  Rigid3 found;
  for (int row = 0; row < 3; ++row) {
    found.t[row] = translation[row];
    for (int column = 0; column < 3; ++column) {
      found.R(row, column) = matrix(row, column);
    }
  }
  if (!found.R.allFinite() || !found.t.allFinite()) {
    return false;
  }
  pose = found;
  return true;
}

bool efficient(const PinholeCamera& camera, std::span<const Eigen::Vector3d> points,
               std::span<const Eigen::Vector2d> pixels, Rigid3& cam_from_obj) {
  quiet_opencv();
  try {
    cv::Vec3d rotation, translation;
    return cv::solvePnP(rows_of(points), rows_of(pixels), matrix_of(camera), cv::noArray(), rotation,
                        translation, false, cv::SOLVEPNP_EPNP) &&
           take_pose(rotation, translation, cam_from_obj);
  } catch (const std::exception&) {
    return false;
  }
}

bool refine(const PinholeCamera& camera, std::span<const Eigen::Vector3d> points,
            std::span<const Eigen::Vector2d> pixels, Rigid3& cam_from_obj) {
  quiet_opencv();
  try {
    cv::Matx33d matrix;
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 3; ++column) {
        matrix(row, column) = cam_from_obj.R(row, column);
      }
    }
    cv::Vec3d rotation;
    cv::Rodrigues(matrix, rotation);
    cv::Vec3d translation(cam_from_obj.t.x(), cam_from_obj.t.y(), cam_from_obj.t.z());
    const cv::TermCriteria until(cv::TermCriteria::EPS | cv::TermCriteria::COUNT, 50, 1e-12);
    cv::solvePnPRefineLM(rows_of(points), rows_of(pixels), matrix_of(camera), cv::noArray(), rotation,
                         translation, until);
    return take_pose(rotation, translation, cam_from_obj);
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace
}  // namespace alidade

extern "C" __attribute__((visibility("default"))) const void* alidade_pnp(const char* version) {
  static constexpr alidade::PnpSolver functions{alidade::efficient, alidade::refine};
  return std::strcmp(version, ALIDADE_VERSION) == 0 ? &functions : nullptr;
}
