// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/mesh_render.h"
#include "core/results/pose_result.h"

namespace alidade {

/// Meshes by object id.
using MeshesById = std::map<int, std::shared_ptr<const Mesh>>;

/// The meshes of the poses as they are drawn (see drawnPoses), of one side: ground truth, or what `result`
/// estimates for this frame. Objects whose mesh is missing are left out.
std::vector<PlacedMesh> placedMeshes(const Frame& frame, const PoseResult* result, const MeshesById& meshes,
                                     bool prediction);

}  // namespace alidade
