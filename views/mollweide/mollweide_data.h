// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/provenance.h"
#include "core/data/dataset.h"
#include "core/geometry/sphere_projection.h"
#include "core/results/pose_result.h"
#include "views/base/color_map.h"

namespace alidade {

/// Everything a Mollweide figure shows. Rotations are cam_from_obj; each is displayed as camera_side * R *
/// canonical.
struct MollweideData {
  struct Sample {
    Eigen::Matrix3d R = Eigen::Matrix3d::Identity();
    double weight = 1.0;          ///< marker area is proportional to it
    std::optional<double> error;  ///< radians, symmetry-reduced, where the truth is known
  };

  std::vector<Sample> samples;
  /// Finite equivalents of the ground truth: one ring each.
  std::vector<Eigen::Matrix3d> equivalents;
  /// Orbits of continuous symmetries: closed curves, sampled finely.
  std::vector<std::vector<Eigen::Matrix3d>> orbits;
  bool any_rotation = false;  ///< every rotation is equivalent (sphere): nothing can be drawn

  SphereConvention convention = SphereConvention::kImplicitPdf;
  CyclicMap hue = CyclicMap::kUniform;
  bool show_equivalents = true;
  Eigen::Matrix3d canonical = Eigen::Matrix3d::Identity();  ///< object side, as in implicit-PDF
  Eigen::Matrix3d camera_side = Eigen::Matrix3d::Identity();

  std::string context;  ///< "mug 3 · K = 50"
  Provenance provenance;
};

/// Samples of an estimate (its hypotheses, or the estimate itself when it keeps none) and the equivalents of
/// its truth. `truth` may be null.
MollweideData mollweideData(const PoseEstimate& estimate, const Instance* truth,
                            const Provenance& provenance);

/// Fills equivalents, orbits and any_rotation from the truth's symmetry.
void setTruth(MollweideData& data, const Instance& truth);

/// Turns the display so that rotation R lands in the middle of the map.
void centerOn(MollweideData& data, const Eigen::Matrix3d& R);

/// Turns the display like a globe: what lies at (latitude, longitude) `from` comes to `to`.
void turnGlobe(MollweideData& data, const Eigen::Vector2d& from, const Eigen::Vector2d& to);

}  // namespace alidade
