// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/detection/rules.h"
#include "core/geometry/box_upright.h"

namespace alidade {

/// 1 - IoU + d^2 / c^2 of a predicted box (Zheng et al. 2020 in space): c is the diagonal of the axis-aligned
/// hull of both boxes, d lies between the centers.
struct BoxLoss {
  double iou = 0.0;
  double loss = 0.0;
  BoxGradient gradient{};  ///< of the loss by the prediction; one side's where the loss has a kink
};

/// Both boxes count as aligned for kAligned, whatever their yaw. Rotated boxes by the reference take d from
/// (x, y, w) in place of (x, y, z). Boxes without volume have an IoU of 0.
BoxLoss diou_loss(const UprightBox& predicted, const UprightBox& target, BoxForm form, DetectorRules rules);

}  // namespace alidade
