// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_layout.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <system_error>

#include "plugins/bop/bop_json.h"

namespace alidade::bop {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxEntries = 2'000'000;

/// True for a link that leads nowhere as well: such a scene is shown with its problem.
bool lies_there(const fs::path& path) {
  std::error_code failure;
  return fs::exists(fs::symlink_status(path, failure));
}

bool is_scene(const fs::path& folder) {
  return lies_there(folder / "scene_gt.json") || lies_there(folder / "scene_camera.json");
}

/// "rgb" of scene_gt_rgb.json or scene_camera_rgb.json, or empty; scene_gt_info and scene_gt_coco are no
/// sensors.
std::string sensor_in(const std::string& name) {
  for (const std::string_view begin : {"scene_gt_", "scene_camera_"}) {
    if (name.starts_with(begin) && name.ends_with(".json")) {
      const std::string sensor = name.substr(begin.size(), name.size() - begin.size() - 5);
      return sensor.starts_with("info") || sensor.starts_with("coco") ? std::string() : sensor;
    }
  }
  return {};
}

std::set<std::string> sensors_of(const fs::path& folder) {
  std::set<std::string> sensors;
  for (const auto& file : entries_of(folder, false, nullptr)) {
    if (auto sensor = sensor_in(file.filename().string()); !sensor.empty()) {
      sensors.insert(std::move(sensor));
    }
  }
  return sensors;
}

std::string canonical_key(const fs::path& path) {
  std::error_code failure;
  const fs::path real = fs::canonical(path, failure);
  return failure ? path.string() : real.string();
}

void add_scene(const fs::path& folder, const std::string& name, std::set<std::string>& seen, Layout& layout) {
  if (is_scene(folder)) {
    if (seen.insert(canonical_key(folder)).second) {
      layout.scenes.push_back({folder, name});
    }
  } else if (!sensors_of(folder).empty()) {
    layout.sensor_scenes.push_back(folder);
  }
}

bool is_models_name(const std::string& name) {
  return name == "models" || name.starts_with("models_");
}

/// Folders with models below `base`: models, models_*, models*_eval, then the same one level down.
void add_model_folders(const fs::path& base, std::vector<fs::path>& found) {
  const auto add_in = [&](const fs::path& folder) {
    std::vector<fs::path> fitting;
    for (const auto& child : entries_of(folder, true, nullptr)) {
      if (is_models_name(child.filename().string())) {
        fitting.push_back(child);
      }
    }
    std::stable_partition(fitting.begin(), fitting.end(),
                          [](const fs::path& path) { return !path.filename().string().ends_with("_eval"); });
    found.insert(found.end(), fitting.begin(), fitting.end());
  };
  add_in(base);
  for (const auto& child : entries_of(base, true, nullptr)) {
    if (!is_models_name(child.filename().string())) {
      add_in(child);
    }
  }
}

void find_scenes(Layout& layout, int& levels_up, Problems* problems) {
  std::set<std::string> seen;
  add_scene(layout.root, layout.root.filename().string(), seen, layout);
  if (!layout.scenes.empty()) {
    levels_up = 2;
    return;
  }
  const auto children = entries_of(layout.root, true, problems);
  for (const auto& child : children) {
    add_scene(child, child.filename().string(), seen, layout);
  }
  levels_up = layout.scenes.empty() ? 0 : 1;
  for (const auto& child : children) {
    // Grandchildren of a split folder would be the images of a scene.
    if (!is_scene(child)) {
      for (const auto& grandchild : entries_of(child, true, problems)) {
        add_scene(grandchild, child.filename().string() + "/" + grandchild.filename().string(), seen, layout);
      }
    }
  }
}

}  // namespace

std::vector<std::string> names_in(const fs::path& folder, bool folders, Problems* problems) {
  std::vector<std::string> found;
  std::error_code failure;
  fs::directory_iterator at(folder, fs::directory_options::skip_permission_denied, failure);
  for (; !failure && at != fs::directory_iterator() && found.size() < kMaxEntries; at.increment(failure)) {
    // The kind comes with the name; only of links it is asked for anew.
    std::error_code unknown;
    if (folders ? at->is_directory(unknown) : at->is_regular_file(unknown)) {
      found.push_back(at->path().filename().string());
    } else if (problems && at->is_symlink(unknown) && !fs::exists(at->status(unknown))) {
      problems->add(at->path(), "", "the link leads nowhere or in a circle",
                    "restore its target or remove the link");
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<fs::path> entries_of(const fs::path& folder, bool folders, Problems* problems) {
  std::vector<fs::path> found;
  for (const std::string& name : names_in(folder, folders, problems)) {
    found.push_back(folder / name);
  }
  return found;
}

Layout find_layout(const fs::path& opened, Problems* problems) {
  Layout layout;
  std::error_code failure;
  layout.root = fs::absolute(opened, failure).lexically_normal();
  if (!layout.root.has_filename()) {
    layout.root = layout.root.parent_path();
  }
  if (fs::is_regular_file(layout.root, failure)) {
    layout.root = layout.root.parent_path();
  }
  int levels_up = 0;
  find_scenes(layout, levels_up, problems);
  if (lies_there(layout.root / "models_info.json")) {
    layout.model_folders.push_back(layout.root);
  }
  fs::path base = layout.root;
  for (int level = 0; level <= levels_up; ++level, base = base.parent_path()) {
    add_model_folders(base, layout.model_folders);
    for (const auto& file : entries_of(base, false, nullptr)) {
      const std::string name = file.filename().string();
      if (name.starts_with("camera") && name.ends_with(".json")) {
        layout.camera_files.push_back(file);
      }
    }
  }
  return layout;
}

std::string sensor_sentence(const Layout& layout) {
  if (layout.sensor_scenes.empty()) {
    return {};
  }
  std::string sensors;
  for (const auto& sensor : sensors_of(layout.sensor_scenes.front())) {
    sensors += (sensors.empty() ? "" : ", ") + sensor;
  }
  const std::size_t count = layout.sensor_scenes.size();
  return std::to_string(count) + (count == 1 ? " scene has" : " scenes have") +
         " one file of annotations per sensor (scene_gt_SENSOR.json, sensors " + sensors +
         "), as HOT3D has, and that layout is not read";
}

std::map<int, LeanPath> images_in(const fs::path& folder, Problems& problems) {
  std::map<int, LeanPath> images;
  for (const fs::path file : names_in(folder, false, &problems)) {
    std::string extension = file.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    const auto id = id_of(file.stem().string());
    if (id && (extension == ".png" || extension == ".jpg" || extension == ".jpeg" || extension == ".tif" ||
               extension == ".tiff")) {
      images.emplace(*id, folder / file);
    }
  }
  return images;
}

}  // namespace alidade::bop
