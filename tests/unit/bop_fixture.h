// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <map>
#include <string>

#include <Eigen/Geometry>

#include "core/evaluation/errors/bop_errors.h"
#include "tests/unit/geometry_fixture.h"

namespace alidade::test {

inline constexpr double kMetresPerMm = 1e-3;

/// One object of the fixture, converted to metres.
inline ObjectGeometry bop_fixture_object(const std::string& id, const nlohmann::json& info) {
  ObjectGeometry object;
  object.name = id;
  object.diameter = info.at("diameter").get<double>() * kMetresPerMm;
  char stem[64];
  std::snprintf(stem, sizeof stem, "bop/obj_%06d_", std::stoi(id));
  const FixtureRows vertices = fixture_rows(std::string(stem) + "vertices.npy");
  for (std::size_t i = 0; i < vertices.rows; ++i) {
    object.vertices.push_back(vertices.vector3(i) * kMetresPerMm);
  }
  const FixtureRows faces = fixture_rows(std::string(stem) + "faces.npy");
  for (std::size_t i = 0; i < faces.rows; ++i) {
    object.triangles.push_back(faces.vector3(i).cast<int>());
  }
  for (const auto& matrix : info.value("symmetries_discrete", nlohmann::json::array())) {
    Rigid3 element;
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        element.R(i, j) = matrix[4 * i + j].get<double>();
      }
      element.t[i] = matrix[4 * i + 3].get<double>() * kMetresPerMm;
    }
    object.symmetry.finite.push_back(element);
  }
  for (const auto& entry : info.value("symmetries_continuous", nlohmann::json::array())) {
    SymmetryAxis axis;
    for (int i = 0; i < 3; ++i) {
      axis.axis[i] = entry["axis"][i].get<double>();
      axis.offset[i] = entry["offset"][i].get<double>() * kMetresPerMm;
    }
    axis.axis.normalize();
    object.symmetry.axes.push_back(axis);
  }
  return object;
}

/// All objects of the fixture by id.
inline std::map<int, ObjectGeometry> bop_fixture_objects() {
  std::map<int, ObjectGeometry> objects;
  const nlohmann::json models = fixture_json("bop/models_info.json");
  for (const auto& [id, info] : models.items()) {
    objects[std::stoi(id)] = bop_fixture_object(id, info);
  }
  return objects;
}

inline PinholeCamera camera_of(const Eigen::Matrix3d& K, int width, int height) {
  return {width, height, K(0, 0), K(1, 1), K(0, 2), K(1, 2)};
}

inline Rigid3 random_pose(Random& random, double turn, double shift, const Rigid3& around) {
  const Eigen::Matrix3d R = random_rotation(random);
  const Eigen::Vector3d axis = R.col(0);
  Rigid3 pose = around;
  pose.R = Eigen::AngleAxisd(turn * random.uniform(), axis).toRotationMatrix() * pose.R;
  pose.t += random_vector(random, -shift, shift);
  return pose;
}

}  // namespace alidade::test
