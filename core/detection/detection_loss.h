// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/detection/assignment.h"
#include "core/detection/rules.h"
#include "core/geometry/box_upright.h"

namespace alidade {

/// How outputs of a head become a loss.
struct DetectionTask {
  BoxForm form = BoxForm::kAligned;
  DetectorRules rules = DetectorRules::kCorrected;
  AssignmentRule assignment = AssignmentRule::kNearestChoosing;
  std::vector<int> class_levels;  ///< the level that learns each class
};

/// What a head says of one scene, and what is true of it.
struct LossScene {
  LevelLocations locations;
  std::vector<double> logits;  ///< [locations, classes]
  std::vector<double> raw;     ///< [locations, box_outputs(form)]
  std::vector<UprightBox> boxes;
  std::vector<int> labels;  ///< of the boxes; index of a class
};

/// Both losses of a batch, and their derivatives scene by scene.
struct DetectionLoss {
  double classes = 0.0;       ///< focal loss over all locations and classes, by max(1, positives)
  double boxes = 0.0;         ///< mean DIoU loss of the positives; 0 without any
  std::size_t positives = 0;  ///< locations that learn an object, of the batch
  std::vector<std::vector<int>> assigned;
  std::vector<std::vector<double>> logit_gradients;  ///< of `classes`, shapes of LossScene::logits
  std::vector<std::vector<double>> raw_gradients;    ///< of `boxes`, shapes of LossScene::raw

  double total() const { return classes + boxes; }
};

/// TR3D's losses of a batch of one source (assignment.h, focal_loss.h, box_decode.h, diou_loss.h). Labels
/// must be below the number of classes.
DetectionLoss detection_loss(std::span<const LossScene> scenes, const DetectionTask& task);

}  // namespace alidade
