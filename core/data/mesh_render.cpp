// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/mesh_render.h"

#include <vector>

#include "core/data/rasterizer.h"

namespace alidade {
namespace {

constexpr double kFarthest = 1e4;  // metres; beyond it the rasterizer's numbers mean nothing

const Mesh kNoMesh;

bool drawable(const PlacedMesh& placed) {
  const Rigid3& pose = placed.cam_from_mesh;
  return placed.mesh && pose.R.allFinite() && pose.t.allFinite() && pose.t.norm() < kFarthest;
}

}  // namespace

MeshRender render_meshes(const PinholeCamera& camera, std::span<const PlacedMesh> meshes) {
  MeshRender render;
  if (!camera.valid() || camera.width <= 0 || camera.height <= 0) {
    return render;
  }
  std::vector<RasterItem> items;
  items.reserve(meshes.size());
  for (const PlacedMesh& placed : meshes) {
    // What cannot be drawn keeps its number.
    items.push_back(drawable(placed) ? RasterItem{placed.mesh.get(), placed.cam_from_mesh, true}
                                     : RasterItem{&kNoMesh, {}, true});
  }
  Rasterizer rasterizer(camera);
  rasterizer.draw(items);
  render.depth = ImageF(camera.width, camera.height, 1);
  render.shade = ImageF(camera.width, camera.height, 1);
  render.owner = Image<std::int32_t>(camera.width, camera.height, 1, -1);
  for (int y = 0; y < camera.height; ++y) {
    for (int x = 0; x < camera.width; ++x) {
      if (const Fragment seen = rasterizer.fragment(x, y); seen.item >= 0) {
        *render.depth.pixel(x, y) = static_cast<float>(seen.z);
        *render.shade.pixel(x, y) = static_cast<float>(rasterizer.incidence_cosine(x, y));
        *render.owner.pixel(x, y) = seen.item;
      }
    }
  }
  return render;
}

}  // namespace alidade
