// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/placed_meshes.h"

#include <optional>

#include "views/base/pose_overlay.h"

namespace alidade {
namespace {

std::optional<int> objectOf(const Frame& frame, const PoseResult* result, int instance) {
  for (const Instance& candidate : frame.instances) {
    if (candidate.index == instance) {
      return candidate.object_id;
    }
  }
  const PoseEstimate* estimate = result ? result->find(frame.index, instance) : nullptr;
  return estimate ? std::optional(estimate->object_id) : std::nullopt;
}

}  // namespace

std::vector<PlacedMesh> placedMeshes(const Frame& frame, const PoseResult* result, const MeshesById& meshes,
                                     bool prediction) {
  std::vector<PlacedMesh> placed;
  for (const DrawnPose& pose : drawnPoses(frame, result)) {
    const auto object = objectOf(frame, result, pose.instance);
    const auto mesh = object ? meshes.find(*object) : meshes.end();
    if (pose.prediction == prediction && mesh != meshes.end() && mesh->second) {
      placed.push_back({pose.instance, mesh->second, pose.cam_from_obj});
    }
  }
  return placed;
}

}  // namespace alidade
