// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/camera_settings.h"
#include "plugins/bop/bop_scene.h"
#include "plugins/single_frame/single_frame_layout.h"

namespace alidade::single_frame {

/// What the reader found in the folder.
struct Content {
  Layout layout;
  bop::FrameEntry
      entry;  ///< camera.fx and camera.depth_scale are 0 when unknown; depth_path is empty when not shown
  std::vector<ObjectModel> models;
  std::vector<DatasetProblem> problems;
  std::optional<CameraSettings> told;  ///< the camera is the user's, not that of a file
};

/// Reads the frame at `opened`; `told` stands in place of every camera.json.
Expected<Content> read_content(const std::filesystem::path& opened, const std::optional<CameraSettings>& told,
                               const JobContext& job);

}  // namespace alidade::single_frame
