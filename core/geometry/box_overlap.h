// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <Eigen/Core>

namespace alidade {

/// Two boxes seen from the first one: A is |x_i| <= half_a_i, B is |b_j . (x - center)| <= half_b_j with b_j
/// the columns of `axes`.
struct BoxRelation {
  Eigen::Matrix3d axes;      ///< B's axes in A's frame; a rotation
  Eigen::Vector3d center;    ///< B's center in A's frame
  Eigen::Vector3d center_b;  ///< the same along B's axes
  Eigen::Vector3d half_a;    ///< half sides, positive
  Eigen::Vector3d half_b;

  /// Whether a face plane of either box separates them, or they only touch up to rounding.
  bool separated() const;
};

/// Exact volume of the intersection as a sum over its edges. Every edge lies on a line that is known
/// beforehand (12 edges of A, 12 of B, 36 lines where a face of A meets one of B); clipping it by slabs gives
/// its length, and with H the distances of its two faces from the origin and c the cosine between their
/// normals it adds length / (6 sin) * (2 H1 H2 - c (H1^2 + H2^2)): the divergence theorem, applied to the
/// body and then to its faces. No polyhedron is built and nothing branches.
///
/// Nothing when an edge of one box runs almost within a face plane of the other (coincident faces above all):
/// the length of such an edge is decided by rounding, and the caller must take another way.
std::optional<double> overlap_by_edges(const BoxRelation& boxes);

/// An upper bound of the volume, from the extents along both boxes' axes.
double overlap_bound(const BoxRelation& boxes);

}  // namespace alidade
