// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/data/dataset.h"
#include "core/nn/keypoint/keypoint_config.h"
#include "core/nn/model.h"

namespace alidade {

/// What the network sees of a frame: the square of its side.
struct KeypointInput {
  ImageU8 image;         ///< RGB
  PinholeCamera camera;  ///< that sees the square
};

/// One image to learn from.
struct KeypointSample {
  KeypointInput input;
  ImageU8 mask;                           ///< of the square: not 0 where the object is visible
  Rigid3 cam_from_box;                    ///< true pose of the box
  std::array<Eigen::Vector2f, 8> pixels;  ///< its projected corners, pixels of the square
  float size_px = 0.0f;                   ///< apparent size: the longer side of the hull of the corners
};

/// kInput for a frame without color or intrinsics.
Expected<KeypointInput> keypoint_input(const Frame& frame, const KeypointConfig& config);

/// The object at `position` of a frame that has color and masks; others in the image are background. kInput
/// for another object than the configuration's, one without a visible pixel in the square or with a corner
/// that is not in front of the camera.
Expected<KeypointSample> keypoint_sample(const Frame& frame, std::size_t position,
                                         const KeypointConfig& config);

/// An Error (kInput) for an object of another category than the network's.
Expected<void> check_keypoint_category(const Frame& frame, std::size_t position, const std::string& category,
                                       const KeypointConfig& config);

/// The sample as an example of the network.
std::unique_ptr<ModelExample> keypoint_example(KeypointSample sample);

/// The samples of a batch of such examples. ErrorCode::kUsage when it is empty or an example is not one of
/// these or of another size.
Expected<std::vector<const KeypointSample*>> keypoint_samples(std::span<const ModelExample* const> batch,
                                                              const KeypointConfig& config);

}  // namespace alidade
