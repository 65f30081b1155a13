// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/open_detector.h"

#include "core/data/scene_statistics.h"
#include "core/nn/checkpoint_file.h"

namespace alidade {
namespace {

/// Scenes of a set that are compared with those of the training.
constexpr std::size_t kScenesLookedAt = 8;

}  // namespace

Expected<std::unique_ptr<DetectorNetwork>> open_detector(const std::filesystem::path& path,
                                                         std::optional<DetectorRules> rules) {
  auto file = read_checkpoint(path, DetectorNetwork::kArchitecture);
  if (!file) {
    return file.error();
  }
  if (rules) {
    auto config = detector_checkpoint_config(*file);
    if (!config) {
      return config.error();
    }
    config->rules = *rules;
    file->content.metadata["config"] = to_json(*config);
  }
  return DetectorNetwork::open(*file);
}

Expected<bool> is_detector(const std::filesystem::path& path) {
  const auto file = read_checkpoint(path);
  return file ? Expected<bool>(file->architecture() == DetectorNetwork::kArchitecture) : file.error();
}

Expected<std::vector<std::string>> detector_misfits(const DetectorSource& head, const PointSceneSet& set,
                                                    const JobContext& job) {
  auto given = scene_statistics(set, kScenesLookedAt, job);
  if (!given) {
    return given.error();
  }
  SceneStatistics trained{head.classes, head.form == BoxForm::kRotated, head.scenes.extent_m,
                          head.scenes.color, head.scenes.box_sides_m};
  if (head.scenes == SourceScenes()) {
    given->extent = 0.0;  // a checkpoint that tells nothing of its scenes says nothing against others
    trained.color = given->color;
  }
  if (given->extent == 0.0) {
    given->color = trained.color;  // no points, no colors to speak of
  }
  if (given->categories.empty()) {
    given->categories = trained.categories;  // scenes without ground truth have no classes of their own
    given->rotated_boxes = trained.rotated_boxes;
  }
  return scene_misfits(trained, *given);
}

}  // namespace alidade
