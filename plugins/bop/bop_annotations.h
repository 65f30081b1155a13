// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "plugins/bop/bop_problems.h"
#include "plugins/bop/bop_scene.h"

namespace alidade::bop {

/// scene_camera.json by image id. Entries that are malformed are left out and reported once per file.
std::map<int, CameraEntry> read_cameras(const std::filesystem::path& file, Problems& problems);

/// scene_gt.json by image id, with what scene_gt_info.json adds when its counts agree. Rotations are
/// projected onto SO(3): deviations above 1e-3 are reported (count and worst), above 0.1 or not finite the
/// instance is left out. `frame` of a problem about one image is the image's id.
std::map<int, std::vector<Annotation>> read_annotations(const std::filesystem::path& folder,
                                                        Problems& problems);

/// A file that holds the annotations of one image: the list that is one entry of scene_gt.json. Same checks.
std::vector<Annotation> read_frame_annotations(const std::filesystem::path& file, Problems& problems);

}  // namespace alidade::bop
