// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/data/dataset.h"
#include "core/nn/model.h"
#include "core/nn/object_points.h"

namespace alidade {

/// One object to learn from.
struct TrainingSample {
  ObjectPoints points;   ///< camera frame, metres, farthest-point order
  Eigen::Matrix3f R;     ///< cam_from_obj
  Eigen::Vector3f t;     ///< metres
  Eigen::Vector3f size;  ///< full side lengths, metres
  bool symmetric_y =
      false;          ///< continuous symmetry about the object's y axis: its yaw is not learned by regression
  int category = -1;  ///< index among those of the training set; -1 = unknown
};

/// The sample of an annotated object, category unknown; its pose is that of the box. Equal seeds choose equal
/// points; fails as object_points does.
Expected<TrainingSample> training_sample(const Frame& frame, std::size_t position, int num_points,
                                         std::uint64_t seed);

/// The same as an example of the pose and of the energy network.
Expected<std::unique_ptr<ModelExample>> pose_example(const Frame& frame, std::size_t position, int num_points,
                                                     std::uint64_t seed);

/// The samples of a batch of such examples. ErrorCode::kUsage when it is empty or an example is not one of
/// these or has another number of points.
Expected<std::vector<const TrainingSample*>> pose_samples(std::span<const ModelExample* const> batch,
                                                          int num_points);

}  // namespace alidade
