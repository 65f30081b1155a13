// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/evaluation/errors/pose_accuracy.h"
#include "core/geometry/rotation.h"
#include "core/results/pose_result.h"

namespace alidade::test {

/// Two boxes, 12 and 20 cm, before a gray wall at 1.5 m; the first one is instance 3, the second instance 7.
/// Colors, depth and masks are those of flat squares where the boxes' centers project.
inline std::shared_ptr<Frame> syntheticFrame() {
  auto frame = std::make_shared<Frame>();
  frame->info.name = "000001/000002";
  frame->camera = {320, 240, 300.0, 300.0, 159.5, 119.5};
  frame->color = ImageU8(320, 240, 3, 90);
  frame->depth = ImageF(320, 240, 1, 1.5F);
  frame->nocs = ImageU8(320, 240, 3, 0);
  const auto add = [&](int index, const Eigen::Vector3d& center, double side, const Eigen::Matrix3d& R) {
    Instance instance;
    instance.index = index;
    instance.object_id = index;
    instance.category = index == 3 ? "mug" : "can";
    instance.cam_from_obj = {R, center};
    instance.size = Eigen::Vector3d(side, side, side);
    instance.symmetry = index == 3 ? no_symmetry() : continuous_symmetry(Eigen::Vector3d::UnitY());
    frame->instances.push_back(instance);
    ImageU8 mask(320, 240, 1, 0);
    const auto middle = *frame->camera.project(center);
    for (int v = -20; v < 20; ++v) {
      for (int u = -20; u < 20; ++u) {
        const int x = static_cast<int>(middle.x()) + u;
        const int y = static_cast<int>(middle.y()) + v;
        *mask.pixel(x, y) = 255;
        *frame->depth.pixel(x, y) = static_cast<float>(center.z());
        frame->color.pixel(x, y)[2] = index == 3 ? 200 : 20;
        frame->nocs.pixel(x, y)[1] = 128;
      }
    }
    frame->visible_masks.push_back(mask);
  };
  add(3, {-0.2, 0.0, 0.8}, 0.12, rotation_about(Eigen::Vector3d(1, 1, 0).normalized(), 0.5));
  add(7, {0.2, 0.05, 0.9}, 0.20, rotation_about(Eigen::Vector3d::UnitX(), 2.6));
  return frame;
}

/// Estimates of both boxes: the first one 3 cm aside, the second one turned by 100 degrees about its symmetry
/// axis.
inline std::shared_ptr<PoseResult> syntheticResult(const Frame& frame) {
  auto result = std::make_shared<PoseResult>();
  result->name = "test";
  for (const Instance& instance : frame.instances) {
    PoseEstimate estimate;
    estimate.frame = frame.index;
    estimate.frame_name = frame.info.name;
    estimate.instance = instance.index;
    estimate.object_id = instance.object_id;
    estimate.category = instance.category;
    estimate.cam_from_obj = instance.cam_from_obj;
    if (instance.symmetry.trivial()) {
      estimate.cam_from_obj.t += Eigen::Vector3d(0.03, 0.0, 0.0);
    } else {
      estimate.cam_from_obj.R = estimate.cam_from_obj.R * rotation_about(Eigen::Vector3d::UnitY(), 1.745);
    }
    estimate.size = instance.size;
    estimate.score = 0.9;
    estimate.hypotheses = {estimate.cam_from_obj, instance.cam_from_obj};
    estimate.error = pose_error(estimate.cam_from_obj, estimate.size, instance);
    result->estimates.push_back(estimate);
  }
  return result;
}

}  // namespace alidade::test
