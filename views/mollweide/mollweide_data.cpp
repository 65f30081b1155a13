// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_data.h"

#include <cmath>
#include <numbers>

#include <Eigen/Geometry>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr int kOrbitSteps = 180;

/// The direction that a convention projects, at (latitude, longitude): the first column of R for
/// implicit-PDF, the third row for GenPose.
Eigen::Vector3d direction(const Eigen::Vector2d& place, SphereConvention convention) {
  const double c = std::cos(place.x());
  const double s = std::sin(place.x());
  if (convention == SphereConvention::kImplicitPdf) {
    return {c * std::sin(place.y()), -c * std::cos(place.y()), s};
  }
  return {-c * std::sin(place.y()), s, c * std::cos(place.y())};
}

}  // namespace

MollweideData mollweideData(const PoseEstimate& estimate, const Instance* truth,
                            const Provenance& provenance) {
  MollweideData data;
  const auto add = [&](const Rigid3& pose) {
    MollweideData::Sample sample;
    sample.R = pose.R;
    if (truth) {
      sample.error = symmetric_rotation_distance(pose.R, truth->cam_from_obj.R, truth->symmetry);
    }
    data.samples.push_back(sample);
  };
  for (const Rigid3& pose : estimate.hypotheses) {
    add(pose);
  }
  if (data.samples.empty()) {
    add(estimate.cam_from_obj);
  }
  if (truth) {
    setTruth(data, *truth);
  }
  data.context = estimate.category + " " + std::to_string(estimate.instance) +
                 " · K = " + std::to_string(data.samples.size());
  data.provenance = provenance;
  return data;
}

void setTruth(MollweideData& data, const Instance& truth) {
  const Eigen::Matrix3d& R = truth.cam_from_obj.R;
  data.equivalents.clear();
  data.orbits.clear();
  data.any_rotation = truth.symmetry.any;
  if (data.any_rotation) {
    return;
  }
  for (const Rigid3& element : truth.symmetry.finite) {
    if (truth.symmetry.axes.empty()) {
      data.equivalents.push_back(R * element.R);
    }
    for (const SymmetryAxis& axis : truth.symmetry.axes) {
      std::vector<Eigen::Matrix3d> orbit;
      for (int step = 0; step < kOrbitSteps; ++step) {
        const double angle = 2.0 * std::numbers::pi * step / kOrbitSteps;
        orbit.push_back(R * rotation_about(axis.axis, angle) * element.R);
      }
      data.orbits.push_back(std::move(orbit));
    }
  }
}

void centerOn(MollweideData& data, const Eigen::Matrix3d& R) {
  const auto place = rotation_to_sphere(data.camera_side * R * data.canonical, data.convention);
  turnGlobe(data, {place.latitude, place.longitude}, {0.0, 0.0});
}

void turnGlobe(MollweideData& data, const Eigen::Vector2d& from, const Eigen::Vector2d& to) {
  const Eigen::Vector3d a = direction(from, data.convention);
  const Eigen::Vector3d b = direction(to, data.convention);
  const Eigen::Matrix3d turn = Eigen::Quaterniond::FromTwoVectors(a, b).toRotationMatrix();
  // Implicit-PDF projects a column, which turns with factors on the left; GenPose a row, which turns with
  // factors on the right.
  if (data.convention == SphereConvention::kImplicitPdf) {
    data.camera_side = project_to_so3(turn * data.camera_side);
  } else {
    data.canonical = project_to_so3(data.canonical * turn.transpose());
  }
}

}  // namespace alidade
