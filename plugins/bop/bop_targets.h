// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/expected.h"

namespace alidade::bop {

/// One entry of a targets file. BOP's list for detection names images only.
struct TargetEntry {
  int scene_id = 0;
  int image_id = 0;
  int object_id = -1;  ///< -1 = every object that is annotated in the image
  int count = 0;       ///< instances to be found; 0 with object_id -1
};

/// Reads test_targets_bop19.json (scene_id, im_id, obj_id, inst_count) or test_targets_bop24.json (scene_id,
/// im_id). A malformed or repeated entry is an Error that names its position.
Expected<std::vector<TargetEntry>> read_targets(const std::filesystem::path& file);

}  // namespace alidade::bop
