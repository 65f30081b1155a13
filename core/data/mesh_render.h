// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/data/image.h"
#include "core/data/mesh.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// One object's mesh in a pose.
struct PlacedMesh {
  int instance = 0;  ///< Instance::index
  std::shared_ptr<const Mesh> mesh;
  Rigid3 cam_from_mesh;
};

/// What placed meshes look like from a camera, one value per pixel.
struct MeshRender {
  ImageF depth;               ///< z of the nearest surface, metres; 0 = background
  ImageF shade;               ///< cosine between the ray and the surface's normal, 0..1; 0 = background
  Image<std::int32_t> owner;  ///< which of the placed meshes is seen there; -1 = background
};

/// Renders from a camera with a size; both sides of every face are seen. A mesh without faces, and one whose
/// pose is not finite or lies farther than 10 km away, shows nothing. Empty images for a camera without
/// intrinsics or size.
MeshRender render_meshes(const PinholeCamera& camera, std::span<const PlacedMesh> meshes);

}  // namespace alidade
