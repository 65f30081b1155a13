// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_scene.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "core/io/json_file.h"
#include "plugins/bop/bop_annotations.h"
#include "plugins/bop/bop_json.h"

namespace alidade::bop {
namespace {

namespace fs = std::filesystem;

std::string padded(int id) {
  char text[16];
  std::snprintf(text, sizeof text, "%06d", id);
  return text;
}

/// The files of one scene by image id.
struct SceneFiles {
  std::map<int, LeanPath> color;
  std::map<int, LeanPath> depth;
  std::map<int, CameraEntry> cameras;
  std::map<int, std::vector<Annotation>> annotations;
  Problems annotation_problems;
};

SceneFiles read_files(const fs::path& folder, Problems& problems) {
  SceneFiles files;
  files.color = images_in(folder / "rgb", problems);
  if (files.color.empty()) {
    files.color = images_in(folder / "gray", problems);
  }
  files.depth = images_in(folder / "depth", problems);
  files.cameras = read_cameras(folder / "scene_camera.json", problems);
  files.annotations = read_annotations(folder, files.annotation_problems);
  return files;
}

/// Problems of annotations name an image; where it is shown they belong to its frame.
void place_problems(SceneFiles& files, const std::map<int, std::size_t>& frame_of, Problems& problems) {
  for (DatasetProblem& problem : files.annotation_problems.take()) {
    if (problem.frame) {
      const auto frame = frame_of.find(static_cast<int>(*problem.frame));
      problem.frame = frame == frame_of.end() ? std::nullopt : std::optional(frame->second);
    }
    problems.add(std::move(problem));
  }
}

std::string no_pinhole(const CameraEntry& camera) {
  return camera.model.empty() ? " has no camera; add its cam_K."
                              : " has the camera model " + camera.model +
                                    ", only pinhole cameras are read; undistort it and write its cam_K.";
}

/// Frames that only the JSON files know are summed up in one sentence.
void report_counts(const SceneFolder& scene, const SceneFiles& files, const std::set<int>& shown,
                   Problems& problems) {
  const auto without_image = std::count_if(files.annotations.begin(), files.annotations.end(),
                                           [&](const auto& entry) { return !shown.contains(entry.first); });
  if (without_image > 0) {
    problems.add(scene.path, "",
                 std::to_string(without_image) + " of " + std::to_string(files.annotations.size()) +
                     " annotated frames have no image; showing " + std::to_string(shown.size()),
                 "add the images to the folders rgb and depth");
  }
  if (!files.annotations.empty() && !files.cameras.empty() &&
      files.annotations.size() != files.cameras.size()) {
    problems.add(scene.path / "scene_camera.json", "",
                 "it lists " + std::to_string(files.cameras.size()) + " frames, scene_gt.json lists " +
                     std::to_string(files.annotations.size()),
                 "check that both belong together; frames are joined by their number");
  }
  const auto unknown = std::count_if(shown.begin(), shown.end(),
                                     [&](int image) { return !files.annotations.contains(image); });
  if (unknown > 0 && !files.annotations.empty()) {
    const int first = *std::find_if(shown.begin(), shown.end(),
                                    [&](int image) { return !files.annotations.contains(image); });
    problems.add_truth(scene.path / "scene_gt.json", "image " + std::to_string(first),
                       std::to_string(unknown) + " of " + std::to_string(shown.size()) +
                           " images have no usable entry, so what they show is unknown",
                       "add the entries, an empty list for an image without objects");
  }
  if (shown.empty()) {
    problems.add(scene.path, "", "no image was found in the folders rgb, gray and depth", "add the images");
  } else if (files.depth.empty()) {
    problems.add(scene.path / "depth", "", "there are no depth images", "add them, or go on with color only");
  }
}

FrameEntry make_frame(const SceneFolder& scene, int scene_id, int image_id, SceneFiles& files,
                      const std::optional<CameraEntry>& fallback) {
  FrameEntry frame;
  frame.folder = scene.path;
  frame.info.name = scene.name + "/" + padded(image_id);
  frame.info.scene_id = scene_id;
  frame.info.image_id = image_id;
  if (const auto found = files.color.find(image_id); found != files.color.end()) {
    frame.info.color_path = std::move(found->second);
  } else {
    frame.problems.push_back("rgb/" + padded(image_id) + ": the color image is missing; add it.");
  }
  if (const auto found = files.depth.find(image_id); found != files.depth.end()) {
    frame.depth_path = std::move(found->second);
  } else if (!files.depth.empty()) {
    frame.problems.push_back("depth/" + padded(image_id) + ": the depth image is missing; add it.");
  }
  if (const auto found = files.cameras.find(image_id); found != files.cameras.end()) {
    frame.camera = found->second;
    frame.info.time = frame.camera.time;
  }
  if (fallback && frame.camera.fx == 0.0) {
    frame.camera.fx = fallback->fx, frame.camera.fy = fallback->fy;
    frame.camera.cx = fallback->cx, frame.camera.cy = fallback->cy;
  }
  if (fallback && frame.camera.depth_scale == 0.0) {
    frame.camera.depth_scale = fallback->depth_scale;
  }
  if (frame.camera.fx == 0.0) {
    frame.problems.push_back("scene_camera.json: image " + std::to_string(image_id) +
                             no_pinhole(frame.camera));
  }
  if (const auto found = files.annotations.find(image_id); found != files.annotations.end()) {
    frame.annotations = std::move(found->second);
    return frame;
  }
  frame.info.annotated = false;
  if (!files.annotations.empty()) {
    frame.problems.push_back("scene_gt.json: image " + std::to_string(image_id) +
                             " is not annotated; add an entry.");
  }
  return frame;
}

}  // namespace

std::optional<CameraEntry> read_camera_file(const fs::path& file, Problems& problems) {
  const auto content = read_json(file, kMaxJsonBytes);
  if (!content) {
    problems.add(file, content.error());
    return std::nullopt;
  }
  const auto fx = number(*content, "fx"), fy = number(*content, "fy");
  const auto cx = number(*content, "cx"), cy = number(*content, "cy");
  if (!fx || !fy || !cx || !cy || !(*fx > 0.0) || !(*fy > 0.0)) {
    return std::nullopt;
  }
  const auto side = [&](const char* key) {
    const double value = number(*content, key).value_or(0.0);
    return value >= 1.0 && value <= 100000.0 ? static_cast<int>(value) : 0;
  };
  return CameraEntry{
      *fx,           *fy,           *cx, *cy, std::max(0.0, number(*content, "depth_scale").value_or(0.0)),
      side("width"), side("height")};
}

void read_scene(const SceneFolder& scene, int scene_id, const std::optional<CameraEntry>& fallback,
                std::vector<FrameEntry>& frames, Problems& problems) {
  SceneFiles files = read_files(scene.path, problems);
  std::set<int> shown;
  for (const auto& [id, path] : files.color) {
    shown.insert(id);
  }
  for (const auto& [id, path] : files.depth) {
    shown.insert(id);
  }
  report_counts(scene, files, shown, problems);
  std::map<int, std::size_t> frame_of;
  for (const int image_id : shown) {
    frame_of.emplace(image_id, frames.size());
    frames.push_back(make_frame(scene, scene_id, image_id, files, fallback));
    const FrameEntry& frame = frames.back();
    if (frame.info.color_path.empty()) {
      problems.add(scene.path / "rgb", padded(image_id), "the color image is missing",
                   "add it; the frame is shown by its depth", frames.size() - 1);
    }
  }
  place_problems(files, frame_of, problems);
}

}  // namespace alidade::bop
