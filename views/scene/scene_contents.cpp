// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/scene_contents.h"

namespace alidade {

std::map<int, std::shared_ptr<const Mesh>> meshesOf(const Dataset& dataset, const Frame& frame) {
  std::map<int, std::shared_ptr<const Mesh>> meshes;
  for (const Instance& instance : frame.instances) {
    if (meshes.contains(instance.object_id)) {
      continue;
    }
    if (auto mesh = dataset.mesh(instance.object_id)) {
      meshes[instance.object_id] = *mesh;
    }
  }
  return meshes;
}

}  // namespace alidade
