// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/geometry/box_upright.h"

namespace alidade {

/// What two boxes of a class overlap in.
enum class OverlapRule {
  kFootprint,  ///< the public codes: heights are ignored, what stands on each other suppresses each other
  kVolume,
};

struct Suppression {
  double least_score = 0.01;  ///< exceeded by what is kept
  double most_overlap = 0.5;  ///< IoU; exceeded by what suppresses
  std::size_t most_candidates =
      1000;  ///< boxes with the highest scores of any class that are looked at; 0 = all
  OverlapRule overlap = OverlapRule::kFootprint;

  bool operator==(const Suppression&) const = default;
};

/// A box that is kept, as of a class.
struct KeptBox {
  std::size_t row = 0, category = 0;
  bool operator==(const KeptBox&) const = default;
};

/// IoU of two footprints by mmdetection3d's rule.
double footprint_iou(const UprightBox& a, const UprightBox& b);

/// Greedy suppression class by class: `scores` are [boxes, categories]. In the order of categories, within
/// one by falling score (equal scores: lower row first).
std::vector<KeptBox> suppress(std::span<const UprightBox> boxes, std::span<const double> scores,
                              std::size_t categories, const Suppression& how);

}  // namespace alidade
