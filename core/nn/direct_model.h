// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/geometry/rigid.h"
#include "core/nn/model.h"

namespace alidade {

/// A pose that was estimated at once.
struct DirectEstimate {
  Rigid3 box;                                      ///< of the box, in the camera frame
  Eigen::Vector3d size = Eigen::Vector3d::Zero();  ///< full side lengths, metres
};

/// A model that gives one pose per object, without sampling.
class DirectModel : public Model {
 public:
  /// The object at `position` of a frame that has the layers needs(), taken for one of `category` (what a
  /// detector says; empty = the annotated one). Equal seeds choose equal points. kInput for one that cannot
  /// be estimated.
  virtual Expected<DirectEstimate> estimate(const Frame& frame, std::size_t position, std::uint64_t seed,
                                            const std::string& category = {}) = 0;
};

}  // namespace alidade
