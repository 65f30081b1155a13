// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/omni6d/omni6d_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

/// trace(N Rot(axis, theta)) = constant + cosine cos(theta) + sine sin(theta).
struct TurnTrace {
  double constant, cosine, sine;

  TurnTrace(const Eigen::Matrix3d& N, const Eigen::Vector3d& axis) {
    constant = axis.dot(N * axis);
    cosine = N.trace() - constant;
    sine = axis.dot(Eigen::Vector3d(N(1, 2) - N(2, 1), N(2, 0) - N(0, 2), N(0, 1) - N(1, 0)));
  }
  double at(double angle) const { return constant + cosine * std::cos(angle) + sine * std::sin(angle); }
};

}  // namespace

Eigen::Matrix3d omni6d_calibrated(const Eigen::Matrix3d& truth, const Eigen::Matrix3d& estimate,
                                  const SymmetryGroup& symmetry) {
  if (symmetry.any) {
    return truth;
  }
  // The smallest angle(R_A, R_B S) is the largest trace(R_A^T R_B S); rounding must not choose among equals.
  constexpr double kTie = 1e-12;
  const Eigen::Matrix3d between = truth.transpose() * estimate;
  double best = -std::numeric_limits<double>::infinity();
  Eigen::Matrix3d element = Eigen::Matrix3d::Identity();
  for (const Rigid3& finite : symmetry.finite) {
    // S = T F, and trace(M T F) = trace(F M T).
    const Eigen::Matrix3d turned = finite.R * between;
    if (symmetry.axes.empty() && turned.trace() > best + kTie) {
      best = turned.trace();
      element = finite.R;
    }
    for (const SymmetryAxis& axis : symmetry.axes) {
      const TurnTrace trace(turned, axis.axis);
      for (int i = 0; i < kOmni6dSteps; ++i) {
        const double angle = 2.0 * std::numbers::pi * i / kOmni6dSteps;
        if (const double value = trace.at(angle); value > best + kTie) {
          best = value;
          element = rotation_about(axis.axis, angle) * finite.R;
        }
      }
    }
  }
  return estimate * element;
}

Omni6dCriterion omni6d_criterion(const OrientedBox& truth, const OrientedBox& estimate,
                                 const SymmetryGroup& symmetry) {
  const Rigid3& a = truth.frame_from_box;
  const Rigid3& b = estimate.frame_from_box;
  const Eigen::Matrix3d calibrated = omni6d_calibrated(a.R, b.R, symmetry);
  Omni6dCriterion criterion;
  criterion.iou_raw = box_iou(truth, estimate);
  criterion.iou_calibrated =
      symmetry.trivial() ? criterion.iou_raw : box_iou(truth, {{calibrated, b.t}, estimate.size});
  criterion.angle_raw = geodesic_distance(a.R, b.R);
  criterion.angle_enumerated = geodesic_distance(a.R, calibrated);
  criterion.angle_analytic = symmetric_rotation_distance(a.R, b.R, symmetry);
  criterion.shift = (a.t - b.t).norm();
  return criterion;
}

Omni6dGrid::Omni6dGrid(double first, double last, double step) {
  const auto count = static_cast<std::size_t>(std::ceil((last - first) / step));
  const double spacing = (first + step) - first;  // NumPy's, rounding included
  for (std::size_t i = 0; i < count; ++i) {
    samples_.push_back(first + static_cast<double>(i) * spacing + step / 2.0);
  }
}

double Omni6dGrid::share_above(double error) const {
  const auto above = samples_.end() - std::upper_bound(samples_.begin(), samples_.end(), error);
  return static_cast<double>(above) / static_cast<double>(samples_.size());
}

double Omni6dGrid::share_below(double quality) const {
  const auto below = std::lower_bound(samples_.begin(), samples_.end(), quality) - samples_.begin();
  return static_cast<double>(below) / static_cast<double>(samples_.size());
}

std::vector<RankedDetection> omni6d_ranking(std::vector<Omni6dDetection> detections) {
  std::stable_sort(detections.begin(), detections.end(),
                   [](const Omni6dDetection& x, const Omni6dDetection& y) {
                     return x.score != y.score ? x.score > y.score : x.correct && !y.correct;
                   });
  std::vector<RankedDetection> ranked;
  ranked.reserve(detections.size());
  for (const Omni6dDetection& detection : detections) {
    ranked.push_back({detection.image, detection.correct});
  }
  return ranked;
}

}  // namespace alidade
