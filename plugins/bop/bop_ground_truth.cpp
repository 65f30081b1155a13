// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_ground_truth.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "core/data/dataset_problems.h"
#include "core/io/image_header.h"
#include "plugins/bop/bop_annotations.h"
#include "plugins/bop/bop_json.h"

namespace alidade::bop {
namespace {

namespace fs = std::filesystem;

std::string split_of(const SceneFolder& scene) {
  return scene.path.parent_path().filename().string();
}

/// Which split to keep: the only one, the one that the results' name tells, or the only one named test*.
Expected<std::string> choose_split(const Layout& layout, const std::string& split, const std::string& type) {
  std::set<std::string> found;
  for (const auto& scene : layout.scenes) {
    found.insert(split_of(scene));
  }
  const std::string named = type.empty() ? split : split + "_" + type;
  for (const auto& candidate : {named, split}) {
    if (found.contains(candidate)) {
      return candidate;
    }
  }
  std::vector<std::string> fitting(found.begin(), found.end());
  if (fitting.size() > 1) {
    const std::string prefix = split.empty() ? "test" : split;
    std::erase_if(fitting, [&](const std::string& name) { return !name.starts_with(prefix); });
  }
  if (fitting.size() == 1) {
    return fitting.front();
  }
  std::string names;
  for (const auto& name : found) {
    names += (names.empty() ? "" : ", ") + name;
  }
  return input_error(layout.root.string(), "", "expected one split to evaluate, found " + names,
                     "give the folder of one of them");
}

/// Evaluation models first, as BOP scores with them.
void prefer_evaluation_models(std::vector<fs::path>& folders) {
  std::stable_partition(folders.begin(), folders.end(),
                        [](const fs::path& path) { return path.filename() == "models_eval"; });
}

/// Width and height of a scene's images: from the first image there, else what camera.json says.
std::pair<int, int> image_size(const fs::path& scene, const std::optional<CameraEntry>& fallback,
                               Problems& problems) {
  for (const char* folder : {"rgb", "gray", "depth"}) {
    const auto images = images_in(scene / folder, problems);
    if (const auto header =
            images.empty() ? Expected<ImageHeader>(Error{}) : read_image_header(images.begin()->second)) {
      return {static_cast<int>(header->width), static_cast<int>(header->height)};
    }
  }
  return fallback ? std::pair{fallback->width, fallback->height} : std::pair{0, 0};
}

void complete_camera(CameraEntry& camera, const std::optional<CameraEntry>& fallback,
                     const std::pair<int, int>& size) {
  if (fallback && camera.fx == 0.0) {
    camera = {fallback->fx, fallback->fy, fallback->cx, fallback->cy, camera.depth_scale};
  }
  if (fallback && camera.depth_scale == 0.0) {
    camera.depth_scale = fallback->depth_scale;
  }
  camera.width = size.first;
  camera.height = size.second;
}

/// Whether that matters is known when the targets are.
void note_unlisted(const SceneFolder& scene, const std::map<int, LeanPath>& images,
                   const std::map<int, std::vector<Annotation>>& listed, GroundTruth& truth) {
  std::size_t count = 0;
  int first = 0;
  for (const auto& [image, path] : images) {
    if (!listed.contains(image)) {
      first = count++ == 0 ? image : first;
    }
  }
  if (count > 0 && !listed.empty() && truth.unlisted.empty()) {
    truth.unlisted = (scene.path / "scene_gt.json").string() + ": " + std::to_string(count) + " of " +
                     std::to_string(images.size()) + " images have no usable entry (first: image " +
                     std::to_string(first) + "), so what they show is unknown";
  }
}

Expected<void> add_scene(const SceneFolder& scene, const std::optional<CameraEntry>& fallback,
                         GroundTruth& truth, Problems& problems) {
  const auto id = id_of(scene.path.filename().string());
  if (!id) {
    return input_error(scene.path.string(), "", "expected a folder named by the scene's number",
                       "rename it to the scene_id of the results, for example 000001");
  }
  std::error_code failure;
  if (!fs::exists(scene.path / "scene_gt.json", failure)) {
    // None of its images is scored, so what is not known of them changes no number.
    truth.notes.push_back(scene.path.filename().string() +
                          ": the scene has no scene_gt.json and is left out.");
    return {};
  }
  auto cameras = read_cameras(scene.path / "scene_camera.json", problems);
  const auto depth = images_in(scene.path / "depth", problems);
  auto color = images_in(scene.path / "rgb", problems);
  if (color.empty()) {
    color = images_in(scene.path / "gray", problems);
  }
  const auto size = image_size(scene.path, fallback, problems);
  auto listed = read_annotations(scene.path, problems);
  note_unlisted(scene, color.empty() ? depth : color, listed, truth);
  for (auto& [image, annotations] : listed) {
    TruthImage& entry = truth.images[{*id, image}];
    entry.scene = scene.path.filename().string();
    entry.annotations = std::move(annotations);
    entry.camera = cameras.contains(image) ? cameras[image] : CameraEntry{};
    complete_camera(entry.camera, fallback, size);
    const auto file_in = [image = image](const std::map<int, LeanPath>& files) {
      const auto found = files.find(image);
      return found == files.end() ? LeanPath() : found->second;
    };
    entry.depth_path = file_in(depth);
    entry.color_path = file_in(color);
  }
  return {};
}

/// What is missing from the ground truth would change the scores silently; remarks become notes.
Expected<void> settle(const std::vector<DatasetProblem>& problems, const std::string& name, bool allow,
                      GroundTruth& truth) {
  const auto sentence = problem_sentence(name, problems, ProblemKind::kGroundTruth);
  if (sentence && !allow) {
    return Error{ErrorCode::kInput,
                 *sentence + "; repair it, or add --allow-problems to go on with the rest."};
  }
  truth.allowed = sentence ? *sentence + "." : std::string();
  for (const auto& problem : problems) {
    if (problem.kind == ProblemKind::kGroundTruth) {
      continue;
    }
    if (problem.malformed) {
      return Error{ErrorCode::kInput, problem.file + ": " + problem.message};
    }
    truth.notes.push_back(problem.file + ": " + problem.message);
  }
  return {};
}

}  // namespace

Expected<GroundTruth> read_ground_truth(const fs::path& opened, const std::string& split,
                                        const std::string& type, bool allow_problems, const JobContext& job) {
  Problems problems;
  Layout layout = find_layout(opened, &problems);
  if (!layout.sensor_scenes.empty() && layout.scenes.empty()) {
    return input_error(layout.sensor_scenes.front().string(), "", sensor_sentence(layout),
                       "take the files of one sensor as scene_gt.json and scene_camera.json");
  }
  if (layout.scenes.empty()) {
    return input_error(opened.string(), "", "no scene with scene_gt.json was found",
                       "give a dataset, a split or a scene in BOP layout");
  }
  GroundTruth truth;
  truth.lone_scene = layout.scenes.size() == 1 && layout.scenes[0].path == layout.root;
  const auto chosen = choose_split(layout, split, type);
  if (!chosen) {
    return chosen.error();
  }
  truth.split = *chosen;
  std::erase_if(layout.scenes, [&](const SceneFolder& scene) { return split_of(scene) != truth.split; });
  std::optional<CameraEntry> fallback;
  for (std::size_t i = 0; i < layout.camera_files.size() && !fallback; ++i) {
    fallback = read_camera_file(layout.camera_files[i], problems);
  }
  for (std::size_t i = 0; i < layout.scenes.size(); ++i) {
    job.report("reading annotations", static_cast<std::int64_t>(i),
               static_cast<std::int64_t>(layout.scenes.size()));
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, opened.string() + ": reading was stopped."};
    }
    if (auto added = add_scene(layout.scenes[i], fallback, truth, problems); !added) {
      return added.error();
    }
  }
  std::set<int> annotated;
  for (const auto& [key, image] : truth.images) {
    for (const auto& annotation : image.annotations) {
      annotated.insert(annotation.object_id);
    }
  }
  prefer_evaluation_models(layout.model_folders);
  truth.models = read_models(layout, annotated, problems);
  truth.dataset = layout.scenes[0].path.parent_path().parent_path();
  if (job.stopped()) {  // what was not read to its end is no problem of the files
    return Error{ErrorCode::kCancelled, opened.string() + ": reading was stopped."};
  }
  if (auto settled = settle(problems.take(), layout.root.filename().string(), allow_problems, truth);
      !settled) {
    return settled.error();
  }
  return truth;
}

}  // namespace alidade::bop
