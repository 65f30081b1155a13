// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/rasterizer.h"
#include "core/evaluation/errors/vsd.h"

namespace alidade {
namespace {

constexpr double kNear = 0.01;  // metres; the reference's renderers cut off what is closer

Mesh mesh_of(const ObjectGeometry& object) {
  Mesh mesh;
  mesh.vertices.reserve(object.vertices.size());
  for (const Eigen::Vector3d& vertex : object.vertices) {
    mesh.vertices.push_back(vertex.cast<float>());
  }
  const auto count = static_cast<int>(object.vertices.size());
  for (const Eigen::Vector3i& triangle : object.triangles) {
    if (triangle.minCoeff() >= 0 && triangle.maxCoeff() < count) {
      mesh.faces.push_back({static_cast<std::uint32_t>(triangle[0]), static_cast<std::uint32_t>(triangle[1]),
                            static_cast<std::uint32_t>(triangle[2])});
    }
  }
  return mesh;
}

}  // namespace

ImageF render_depth(const ObjectGeometry& object, const Rigid3& cam_from_obj, const PinholeCamera& camera) {
  ImageF depth(camera.width, camera.height, 1);
  if (!camera.valid() || depth.empty()) {
    return depth;
  }
  const Mesh mesh = mesh_of(object);
  const RasterItem item{&mesh, cam_from_obj, true};
  Rasterizer rasterizer(camera, kNear);
  rasterizer.draw({&item, 1});
  for (int y = 0; y < camera.height; ++y) {
    float* row = depth.pixel(0, y);
    for (int x = 0; x < camera.width; ++x) {
      row[x] = rasterizer.depth(x, y);
    }
  }
  return depth;
}

}  // namespace alidade
