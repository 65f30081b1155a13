// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"

namespace alidade {

/// What a user says of a camera that no file describes.
struct CameraSettings {
  double fx = 0.0, fy = 0.0, cx = 0.0, cy = 0.0;  ///< pixels; fx = fy = 0: the intrinsics stay unknown
  double depth_scale = 0.0;                       ///< millimetres per unit of the depth image; 0 = unknown

  bool operator==(const CameraSettings&) const = default;
};

/// Focal lengths are both above 0, or both 0; all numbers are finite and below a million in size. Else an
/// Error that names the number.
Expected<void> check_camera_settings(const CameraSettings& settings);

/// A dataset, too, whose camera may be told: dynamic_cast from Dataset finds out.
class CameraSettable {
 public:
  virtual ~CameraSettable() = default;

  /// What is used now.
  virtual CameraSettings camera_settings() const = 0;
  /// The same dataset with this camera.
  virtual Expected<std::shared_ptr<const Dataset>> with_camera(const CameraSettings& settings,
                                                               const JobContext& job) const = 0;
  /// Writes the camera beside the images, so that the dataset opens with it; replaces what was there.
  virtual Expected<void> save_camera(const CameraSettings& settings) const = 0;
};

}  // namespace alidade
