// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/evaluation/errors/nearest_vertex.h"
#include "core/evaluation/pose_set.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// BOP turns an object in ceil(pi / 0.01) steps about a continuous symmetry.
inline constexpr int kBopSymmetrySteps = 315;

/// An object made ready for the pose errors of BOP (Hodan et al., ECCV 2018 and the BOP challenges since
/// 2019). Build it once per object; the error functions may then be called from several threads.
class PreparedObject {
 public:
  /// Metres. `symmetry_steps` turns stand for each continuous symmetry. Fails without vertices or when one is
  /// not finite.
  static Expected<PreparedObject> make(const ObjectGeometry& object, int symmetry_steps = kBopSymmetrySteps);

  const std::string& name() const { return name_; }
  double diameter() const { return diameter_; }
  /// In the order of the tree, not of the file.
  const PointArrays& vertices() const { return tree_.points(); }
  const NearestVertex& tree() const { return tree_; }
  /// The vertices in an order in which any beginning is spread over the object; the first `probes()` are
  /// the most extreme ones. Makes a search for the greatest distance end early.
  const PointArrays& spread_vertices() const { return spread_; }
  std::size_t probes() const { return probes_; }
  /// Every symmetry that MSSD and MSPD try: turns about the axes after the discrete ones.
  const std::vector<Rigid3>& symmetries() const { return symmetries_; }

 private:
  std::string name_;
  double diameter_ = 0.0;
  NearestVertex tree_;
  PointArrays spread_;
  std::size_t probes_ = 0;
  std::vector<Rigid3> symmetries_;
};

// All poses are cam_from_obj in metres with finite entries; lengths come in metres, angles in radians. The
// results equal the formulas in double precision: nothing is sampled or approximated.

/// ADD: mean distance between equal vertices in the two poses.
double add_error(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth);

/// ADI as BOP has it: mean over the vertices in the true pose of the distance to the nearest vertex in the
/// estimated pose.
double adi_error(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth);

/// ADI the other way around, as MQAT has it: from each vertex in the estimated pose to the nearest one in the
/// true pose.
double adi_error_estimate_to_truth(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth);

/// MSSD: the least over the symmetries of the greatest distance between equal vertices.
double mssd_error(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth);

/// MSPD: the same for the projections, pixels. As in BOP, nothing is clipped: vertices behind the camera
/// project through its center. Infinite when a vertex lies in the camera's plane (z = 0) in every case.
double mspd_error(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth,
                  const PinholeCamera& camera);

/// proj: mean distance between the projections of equal vertices, pixels; infinite as for MSPD.
double projection_error(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth,
                        const PinholeCamera& camera);

/// re: angle of the relative rotation, radians, accurate also near 0 and pi.
double bop_rotation_error(const Rigid3& estimate, const Rigid3& truth);

/// te: distance of the two origins, metres.
double bop_translation_error(const Rigid3& estimate, const Rigid3& truth);

}  // namespace alidade
