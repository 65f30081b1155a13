// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/camera_settings.h"

#include <cmath>
#include <string>

namespace alidade {
namespace {

constexpr double kLargestNumber = 1e6;

}  // namespace

Expected<void> check_camera_settings(const CameraSettings& settings) {
  const auto wrong = [](const std::string& what) {
    return Error{ErrorCode::kUsage, "The camera: " + what + "."};
  };
  const struct {
    const char* name;
    double value;
  } numbers[] = {{"fx", settings.fx},
                 {"fy", settings.fy},
                 {"cx", settings.cx},
                 {"cy", settings.cy},
                 {"the depth scale", settings.depth_scale}};
  for (const auto& number : numbers) {
    if (!(std::abs(number.value) < kLargestNumber)) {
      return wrong(std::string(number.name) + " is no number below a million; correct it");
    }
  }
  const bool known = settings.fx > 0.0 && settings.fy > 0.0;
  if (!known && (settings.fx != 0.0 || settings.fy != 0.0)) {
    return wrong("expected fx and fy above 0, in pixels; or both 0 when they are unknown");
  }
  if (settings.depth_scale < 0.0) {
    return wrong("expected a depth scale above 0, in millimetres per unit; or 0 when it is unknown");
  }
  return {};
}

}  // namespace alidade
