// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/lean_path.h"
#include "plugins/bop/bop_problems.h"

namespace alidade::bop {

/// A folder that holds scene_gt.json or scene_camera.json.
struct SceneFolder {
  std::filesystem::path path;
  std::string name;  ///< "000048", or "test/000048" when a dataset's root was opened
};

/// What lies where, seen from the folder that the user opened: a dataset, a split, a scene or a models
/// folder.
struct Layout {
  std::filesystem::path root;
  std::vector<SceneFolder> scenes;                   ///< sorted by name
  std::vector<std::filesystem::path> model_folders;  ///< candidates, the first fitting one is used
  std::vector<std::filesystem::path> camera_files;   ///< camera*.json beside the splits
  /// Scenes with one file of annotations per sensor (scene_gt_rgb.json, HOT3D and later), which are not read;
  /// sorted.
  std::vector<std::filesystem::path> sensor_scenes;
};

/// The sentence that names scenes with a file per sensor for what they are, without subject and period; empty
/// when there are none.
std::string sensor_sentence(const Layout& layout);

/// Looks two levels deep, so links that lead back cannot catch it; each scene is listed once however many
/// links lead to it. Dangling links are reported when `problems` is given.
Layout find_layout(const std::filesystem::path& opened, Problems* problems);

/// Image files of a folder by the number in their name (PNG, JPEG, TIFF); empty when there is no such folder.
std::map<int, LeanPath> images_in(const std::filesystem::path& folder, Problems& problems);

/// Names of the sub-folders (or files) of a folder, sorted; never throws.
std::vector<std::string> names_in(const std::filesystem::path& folder, bool folders, Problems* problems);

/// The same as paths.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder, bool folders,
                                              Problems* problems);

}  // namespace alidade::bop
