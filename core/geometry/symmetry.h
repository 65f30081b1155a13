// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// A continuous rotational symmetry about `axis` (unit) through the point `offset` (metres),
/// both in the object frame.
struct SymmetryAxis {
  Eigen::Vector3d axis = Eigen::Vector3d::UnitY();
  Eigen::Vector3d offset = Eigen::Vector3d::Zero();
};

/// The symmetries of an object; they act on the right: cam_from_obj * S looks the same.
/// `finite` always holds the identity first. Every element of the group is a product T_c T_d of a
/// turn about one of `axes` and one of `finite` (BOP's composition).
struct SymmetryGroup {
  std::string name = "none";  ///< "none", "C2 y", "C∞ y", "box", ... shown to the user
  std::vector<Rigid3> finite{Rigid3{}};
  std::vector<SymmetryAxis> axes;
  bool any = false;  ///< every rotation is a symmetry (sphere)

  bool trivial() const { return !any && axes.empty() && finite.size() == 1; }
};

/// No symmetry.
SymmetryGroup no_symmetry();
/// Continuous symmetry about `axis`; with `flips`, also turned upside down (a cylinder).
SymmetryGroup continuous_symmetry(const Eigen::Vector3d& axis, bool flips = false);

/// A named group of the Omni6DPose convention: none, any, cube, box, {x,y,z}-flip,
/// {x,y,z}-square-tube, {x,y,z}-square-pyramid, {x,y,z}-cylinder, {x,y,z}-cone.
Expected<SymmetryGroup> named_symmetry(const std::string& name);

/// Smallest geodesic distance angle(A, B S) over the group, radians; continuous axes analytically.
double symmetric_rotation_distance(const Eigen::Matrix3d& A, const Eigen::Matrix3d& B,
                                   const SymmetryGroup& group);

/// The pose B S that lies nearest to `reference` in rotation: what is drawn so that symmetric objects do
/// not look wrong. Its box is the same box.
Rigid3 nearest_equivalent(const Rigid3& reference, const Rigid3& B, const SymmetryGroup& group);

/// A finite list of group elements: finite ones, and `steps` turns per continuous axis composed with
/// each (turn after finite, as BOP does). For `any` only the identity.
std::vector<Rigid3> enumerate_symmetries(const SymmetryGroup& group, int steps);

}  // namespace alidade
