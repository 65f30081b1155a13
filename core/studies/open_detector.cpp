// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/open_detector.h"

#include "core/data/scene_statistics.h"
#include "core/nn/checkpoint_file.h"

namespace alidade {

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

std::vector<std::string> detector_misfits(const DetectorSource& head, const PointSceneSet& set) {
  if (set.categories().empty()) {
    return {};
  }
  SceneStatistics trained, given;
  trained.categories = head.classes;
  trained.rotated_boxes = head.form == BoxForm::kRotated;
  given.categories = set.categories();
  given.rotated_boxes = set.rotated_boxes();
  return scene_misfits(trained, given);
}

}  // namespace alidade
