// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/geometry/rigid.h"
#include "core/nn/model.h"
#include "core/nn/object_points.h"

namespace alidade {

/// A model that orders pose hypotheses of an object.
class RankingModel : public Model {
 public:
  /// Energies {rotation, translation} of poses (box in the camera frame) for one object; higher = better.
  virtual std::vector<std::array<double, 2>> energies(const ObjectPoints& points,
                                                      std::span<const Rigid3> poses) = 0;
};

}  // namespace alidade
