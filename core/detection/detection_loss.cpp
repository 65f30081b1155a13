// SPDX-License-Identifier: BSD-3-Clause
#include "core/detection/detection_loss.h"

#include <algorithm>

#include "core/detection/box_decode.h"
#include "core/detection/diou_loss.h"
#include "core/detection/focal_loss.h"

namespace alidade {
namespace {

std::vector<int> assigned_objects(const LossScene& scene, const DetectionTask& task) {
  std::vector<Eigen::Vector3d> centers;
  std::vector<int> levels;
  for (std::size_t i = 0; i < scene.boxes.size(); ++i) {
    centers.push_back(scene.boxes[i].center);
    levels.push_back(task.class_levels[static_cast<std::size_t>(scene.labels[i])]);
  }
  return assign_locations(scene.locations, centers, levels, task.assignment);
}

/// Adds the focal losses of a scene; `share` is what one counts.
void add_class_loss(const LossScene& scene, const std::vector<int>& assigned, std::size_t classes,
                    double share, DetectionLoss& loss) {
  auto& gradients = loss.logit_gradients.emplace_back(scene.logits.size());
  for (std::size_t i = 0; i < assigned.size(); ++i) {
    const int label = assigned[i] < 0 ? -1 : scene.labels[static_cast<std::size_t>(assigned[i])];
    for (std::size_t c = 0; c < classes; ++c) {
      const LossValue one = focal_loss(scene.logits[i * classes + c], static_cast<int>(c) == label);
      loss.classes += share * one.loss;
      gradients[i * classes + c] = share * one.gradient;
    }
  }
}

/// Adds the box losses of a scene's positives.
void add_box_loss(const LossScene& scene, const std::vector<int>& assigned, const DetectionTask& task,
                  double share, DetectionLoss& loss) {
  const std::size_t outputs = box_outputs(task.form);
  auto& gradients = loss.raw_gradients.emplace_back(scene.raw.size());
  for (std::size_t i = 0; i < assigned.size(); ++i) {
    if (assigned[i] < 0) {
      continue;
    }
    const auto raw = std::span(scene.raw).subspan(i * outputs, outputs);
    const UprightBox box = decode_box(raw, scene.locations.positions[i], task.form, task.rules);
    const BoxLoss one =
        diou_loss(box, scene.boxes[static_cast<std::size_t>(assigned[i])], task.form, task.rules);
    loss.boxes += share * one.loss;
    const auto by_raw = decode_gradient(raw, task.form, task.rules, one.gradient);
    for (std::size_t k = 0; k < outputs; ++k) {
      gradients[i * outputs + k] = share * by_raw[k];
    }
  }
}

}  // namespace

DetectionLoss detection_loss(std::span<const LossScene> scenes, const DetectionTask& task) {
  DetectionLoss loss;
  for (const LossScene& scene : scenes) {
    loss.assigned.push_back(assigned_objects(scene, task));
    const auto& assigned = loss.assigned.back();
    loss.positives += static_cast<std::size_t>(
        std::count_if(assigned.begin(), assigned.end(), [](int object) { return object >= 0; }));
  }
  const double share = 1.0 / static_cast<double>(std::max<std::size_t>(1, loss.positives));
  for (std::size_t s = 0; s < scenes.size(); ++s) {
    add_class_loss(scenes[s], loss.assigned[s], task.class_levels.size(), share, loss);
    add_box_loss(scenes[s], loss.assigned[s], task, share, loss);
  }
  return loss;
}

}  // namespace alidade
