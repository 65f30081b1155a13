// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

#include "core/data/mesh.h"

namespace alidade {

/// Axis-aligned box of a mesh's vertices and the largest distance between two of them (exact), metres.
struct MeshExtent {
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  Eigen::Vector3d size = Eigen::Vector3d::Zero();
  double diameter = 0.0;
};

MeshExtent mesh_extent(const Mesh& mesh);

}  // namespace alidade
