// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/diffusion/pose_states.h"
#include "core/diffusion/score_field.h"
#include "core/diffusion/ve_sde.h"
#include "core/geometry/rigid.h"
#include "core/nn/model.h"
#include "core/nn/object_points.h"

namespace alidade {

/// An object as a sampling model sees it: encoded once, sampled as often as one likes. Poses are of the box
/// in the camera frame.
struct ScoredObject {
  std::unique_ptr<ScoreField> field;  ///< refers to its model, which must outlive it
  VeSde sde;
  PoseStates states;                               ///< how the field's states stand for poses
  ObjectPoints points;                             ///< what is seen of the object
  Rigid3 regressed;                                ///< the model's estimate without sampling
  Eigen::Vector3d size = Eigen::Vector3d::Zero();  ///< of the box, metres
};

/// A model that gives poses by sampling: the score field of an encoded object.
class ScoreModel : public Model {
 public:
  virtual VeSde sde() const = 0;
  /// Points of an object that it was trained with.
  virtual int num_points() const = 0;
  /// Encodes an object of a frame from `num_points` points, 0 = its own number; equal seeds choose equal
  /// ones. kInput for one that cannot be estimated (no depth or mask, too few points).
  virtual Expected<ScoredObject> encode_object(const Frame& frame, std::size_t position, int num_points,
                                               std::uint64_t seed) = 0;
};

}  // namespace alidade
