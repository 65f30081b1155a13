// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_reader.h"

#include <exception>
#include <map>
#include <set>
#include <utility>

#include "core/base/failure.h"
#include "core/io/json_file.h"
#include "plugins/bop/bop_dataset.h"
#include "plugins/bop/bop_json.h"
#include "plugins/bop/bop_layout.h"

namespace alidade {
namespace {

using namespace bop;
using namespace nlohmann::literals;

constexpr const char* kSensorRemedy =
    "take the files of one sensor with pinhole cameras as scene_gt.json, scene_camera.json and rgb";

Error cancelled(const std::filesystem::path& path) {
  return {ErrorCode::kCancelled, path.string() + ": opening was stopped."};
}

std::optional<CameraEntry> first_camera(const Layout& layout, Problems& problems) {
  for (const auto& file : layout.camera_files) {
    if (const auto camera = read_camera_file(file, problems)) {
      return camera;
    }
  }
  return std::nullopt;
}

/// A scene is a sequence but in Tabletop's sets of stills, whose images share one scene for the layout's
/// sake.
bool holds_stills(const Layout& layout) {
  constexpr std::uintmax_t kLargest = 1 << 20;
  auto folder = layout.root;
  for (int levels = 0; levels < 3; ++levels, folder = folder.parent_path()) {
    const auto description = read_json(folder / "dataset.json", kLargest);
    if (!description || !description->is_object()) {
      continue;
    }
    return description->value("/generator"_json_pointer, nlohmann::json()) == "Tabletop" &&
           !description->contains("/provenance/recipe/sequence_frames"_json_pointer);
  }
  return false;
}

/// Each scene folder is a sequence, numbered from 1.
void number_sequences(const Layout& layout, std::vector<FrameEntry>& frames) {
  if (holds_stills(layout)) {
    return;
  }
  std::map<std::filesystem::path, int> numbers;
  for (const auto& scene : layout.scenes) {
    numbers.emplace(scene.path, static_cast<int>(numbers.size()) + 1);
  }
  for (FrameEntry& frame : frames) {
    frame.info.sequence = numbers.at(frame.folder);
  }
}

Expected<std::shared_ptr<const Dataset>> open_layout(Layout layout, Problems& problems,
                                                     const JobContext& job) {
  Content content;
  const auto fallback = first_camera(layout, problems);
  const auto total = static_cast<std::int64_t>(layout.scenes.size());
  for (std::int64_t i = 0; i < total; ++i) {
    if (job.stopped()) {
      return cancelled(layout.root);
    }
    job.report("reading scenes", i, total);
    const auto number = id_of(layout.scenes[i].path.filename().string());
    read_scene(layout.scenes[i], number.value_or(static_cast<int>(i)), fallback, content.frames, problems);
  }
  if (!layout.sensor_scenes.empty()) {
    problems.add_truth(layout.sensor_scenes.front(), "", sensor_sentence(layout), kSensorRemedy);
  }
  number_sequences(layout, content.frames);
  std::set<int> annotated;
  for (const auto& frame : content.frames) {
    for (const auto& annotation : frame.annotations) {
      annotated.insert(annotation.object_id);
    }
  }
  job.report("reading models", total, total);
  content.models = read_models(layout, annotated, problems);
  if (layout.scenes.empty()) {
    problems.add(layout.root, "", "no scenes were found, only models",
                 "open a folder that holds scene_gt.json or scene_camera.json to see frames");
  }
  content.layout = std::move(layout);
  content.problems = problems.take();
  return std::shared_ptr<const Dataset>(std::make_shared<BopDataset>(std::move(content)));
}

class BopReader : public DatasetReader {
 public:
  std::string name() const override { return "BOP scenewise"; }

  int can_read(const std::filesystem::path& path) const override {
    try {
      const Layout layout = find_layout(path, nullptr);
      return !layout.scenes.empty() || !layout.sensor_scenes.empty() ? 90 : has_models(layout) ? 50 : 0;
    } catch (const std::exception&) {
      return 0;
    }
  }

  Expected<std::shared_ptr<const Dataset>> open(const std::filesystem::path& path,
                                                const JobContext& job) const override {
    try {
      Problems problems;
      Layout layout = find_layout(path, &problems);
      if (layout.scenes.empty() && !layout.sensor_scenes.empty()) {
        return input_error(layout.sensor_scenes.front().string(), "", sensor_sentence(layout), kSensorRemedy);
      }
      if (layout.scenes.empty() && !has_models(layout)) {
        return input_error(path.string(), "",
                           "neither scenes (scene_gt.json) nor models (models_info.json) were found",
                           "open a dataset, a split or a scene in BOP layout");
      }
      return open_layout(std::move(layout), problems, job);
    } catch (const std::exception& failure) {
      return Error{ErrorCode::kFailed, path.string() + ": " + error_of(failure).message};
    }
  }

 private:
  static bool has_models(const Layout& layout) {
    for (const auto& folder : layout.model_folders) {
      std::error_code failure;
      if (std::filesystem::exists(folder / "models_info.json", failure)) {
        return true;
      }
    }
    return false;
  }
};

}  // namespace

std::unique_ptr<DatasetReader> make_bop_reader() {
  return std::make_unique<BopReader>();
}

}  // namespace alidade
