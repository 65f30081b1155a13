// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/data/dataset.h"
#include "core/data/image.h"
#include "core/nn/model.h"
#include "core/nn/object_points.h"
#include "core/nn/torchscript/block_map.h"

namespace alidade {

/// One object as a network of somebody else is given it.
struct ScriptSample {
  ObjectPoints points;                  ///< camera frame, metres, farthest-point order
  ImageU8 crop;                         ///< S x S, RGB; empty without color
  std::vector<Eigen::Vector2f> places;  ///< of the points in the crop: column, row; empty without color
  std::int64_t category = -1;           ///< its place in ScriptInputs::categories
  Eigen::Matrix3d R = Eigen::Matrix3d::Identity();  ///< box pose, cam_from_obj
  Eigen::Vector3d t = Eigen::Vector3d::Zero();      ///< center of the box, metres
  Eigen::Vector3d size = Eigen::Vector3d::Zero();   ///< full side lengths, metres
  Eigen::Vector3d axis = Eigen::Vector3d::Zero();   ///< of a continuous symmetry; 0 = none
};

/// The object at `position` of a frame. Equal seeds choose equal points. kInput for one without points, of a
/// category that is not listed, or without color where it is asked for.
Expected<std::unique_ptr<ModelExample>> script_example(const Frame& frame, std::size_t position,
                                                       const ScriptInputs& inputs, std::uint64_t seed);

/// The samples of a batch of such examples. ErrorCode::kUsage when it is empty or an example is none of
/// these.
Expected<std::vector<const ScriptSample*>> script_samples(std::span<const ModelExample* const> batch);

}  // namespace alidade
