// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/evaluate_detections.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/evaluation/indoor/indoor_matching.h"
#include "core/exchange/detection_file.h"
#include "core/studies/plain/evaluate_scenes.h"

namespace alidade {
namespace {

constexpr double kSceneOverlap = 0.25;

std::string counted_scenes(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " scene" : " scenes");
}

bool is_turned(const DetectionResult& result) {
  return std::any_of(result.scenes.begin(), result.scenes.end(), [](const SceneDetections& scene) {
    return std::any_of(scene.boxes.begin(), scene.boxes.end(),
                       [](const DetectedBox& found) { return found.box.yaw != 0.0; });
  });
}

/// Indices of the annotated scenes that were searched.
std::vector<std::size_t> judged_scenes(const PointSceneSet& set, const DetectionResult& result) {
  std::vector<std::size_t> scenes;
  for (const SceneDetections& scene : result.scenes) {
    if (scene.scene < set.num_scenes() && set.scene_info(scene.scene).annotated) {
      scenes.push_back(scene.scene);
    }
  }
  return scenes;
}

/// Takes out what the ground truth has no words for; returns the note, empty when nothing was.
std::string leave_out_unknown(const PointSceneSet& set, DetectionResult& result) {
  const std::set<std::string> known(set.categories().begin(), set.categories().end());
  std::set<std::string> left_out;
  std::size_t count = 0;
  std::erase_if(result.scenes,
                [&](const SceneDetections& scene) { return !set.scene_info(scene.scene).annotated; });
  for (SceneDetections& scene : result.scenes) {
    count += std::erase_if(scene.boxes, [&](const DetectedBox& found) {
      const std::string& name = result.categories[static_cast<std::size_t>(found.category)];
      return !known.contains(name) && left_out.insert(name).first != left_out.end();
    });
  }
  if (count == 0) {
    return {};
  }
  std::string names;
  for (const std::string& name : left_out) {
    names += (names.empty() ? "" : ", ") + shortened(name, 40);
  }
  return std::to_string(count) + " detections are of classes that " + set.name() + " does not have (" +
         names + ") and are left out.";
}

/// By the indoor protocol's matching, of one scene.
Expected<SceneScore> scene_score(const PointSceneSet& set, const DetectionResult& result,
                                 const SceneDetections& scene, const std::vector<SceneBox>& boxes,
                                 const JobContext& job) {
  const std::vector<std::string>& categories = set.categories();
  std::vector<IndoorObject> truths, found;
  for (const SceneBox& box : boxes) {
    truths.push_back({0, static_cast<std::uint32_t>(box.category), 1.0, box.box});
  }
  for (const DetectedBox& one : scene.boxes) {
    const auto category = std::find(categories.begin(), categories.end(),
                                    result.categories[static_cast<std::size_t>(one.category)]);
    if (category != categories.end()) {
      found.push_back({0, static_cast<std::uint32_t>(category - categories.begin()), one.score, one.box});
    }
  }
  const auto classes = indoor_classes(truths, found, categories.size(), 1, {job.stop, {}});
  if (!classes) {
    return classes.error();
  }
  SceneScore score{scene.scene, 0.0, truths.size(), found.size()};
  double count = 0.0;
  for (const IndoorClass& one : *classes) {
    if (!one.truths.empty()) {
      const auto ranking = indoor_ranking(one, kSceneOverlap);
      score.map25 += average_precision(ranking, one.truths_per_scene, {}, ApRule::kEnvelope).value_or(0.0);
      count += 1.0;
    }
  }
  score.map25 /= std::max(1.0, count);
  return score;
}

}  // namespace

const Protocol& indoor_protocol(const PointSceneSet& set, const DetectionResult& result) {
  return *find_protocol(set.rotated_boxes() || is_turned(result) ? "indoor-rotated" : "indoor-axis-aligned");
}

bool has_scene_truth(const PointSceneSet& set, const DetectionResult& result) {
  return !judged_scenes(set, result).empty();
}

Expected<std::shared_ptr<const EvaluationInput>> detection_input(const PointSceneSet& set,
                                                                 const DetectionResult& result,
                                                                 const JobContext& job) {
  const auto scenes = judged_scenes(set, result);
  if (scenes.empty()) {
    return input_error(set.name(), "", "none of the scenes that were searched is annotated",
                       "evaluate detections in annotated scenes");
  }
  auto truth = scene_truth(set, job, &scenes);
  if (!truth) {
    return truth.error();
  }
  DetectionResult judged = result;
  const std::string note = leave_out_unknown(set, judged);
  PoseTable found = detection_table(judged);
  found.categories.clear();  // the order is that of the set
  auto input = join_tables(std::move(*truth), std::move(found), {});
  if (!input) {
    return input.error();
  }
  if (!note.empty()) {
    (*input)->notes.push_back(note);
  }
  (*input)->provenance = result.provenance;
  return std::shared_ptr<const EvaluationInput>(std::move(*input));
}

Expected<std::vector<SceneScore>> worst_scenes(const PointSceneSet& set, const DetectionResult& result,
                                               const JobContext& job) {
  std::vector<SceneScore> scores;
  for (const SceneDetections& scene : result.scenes) {
    if (scene.scene >= set.num_scenes() || !set.scene_info(scene.scene).annotated) {
      continue;
    }
    const auto boxes = set.boxes(scene.scene);
    if (!boxes) {
      return boxes.error();
    }
    if (boxes->empty()) {
      continue;
    }
    const auto score = scene_score(set, result, scene, *boxes, job);
    if (!score) {
      return score.error();
    }
    scores.push_back(*score);
  }
  std::stable_sort(scores.begin(), scores.end(), [](const SceneScore& a, const SceneScore& b) {
    return a.map25 != b.map25 ? a.map25 < b.map25 : a.truths > b.truths;
  });
  return scores;
}

std::optional<double> mean_over_truths(const EvaluationReport& report, const std::string& column) {
  const auto index = report.column(column);
  double sum = 0.0, count = 0.0;
  for (const MetricRow& row : report.rows) {
    if (index && !row.is_mean && row.truths > 0 && row.cells[*index].value) {
      sum += *row.cells[*index].value;
      count += 1.0;
    }
  }
  return count > 0.0 ? std::optional(sum / count) : std::nullopt;
}

Expected<OpenedDetections> open_detections(const std::filesystem::path& path, const PointSceneSet& set) {
  auto read = read_detections(path);
  if (!read) {
    return read.error();
  }
  std::map<std::string, std::size_t> scenes;
  for (std::size_t i = 0; i < set.num_scenes(); ++i) {
    scenes.emplace(set.scene_info(i).name, i);
  }
  OpenedDetections opened;
  const std::size_t listed = read->scenes.size();
  std::erase_if(read->scenes, [&](const SceneDetections& scene) { return !scenes.contains(scene.name); });
  for (SceneDetections& scene : read->scenes) {
    scene.scene = scenes.at(scene.name);
  }
  const std::string origin =
      read->dataset.empty() ? "" : " (\"" + shortened(read->dataset, 80) + "\", as the file says)";
  if (read->scenes.empty()) {
    return input_error(path.string(), "",
                       "none of its " + counted_scenes(listed) + " is one of the " +
                           std::to_string(set.num_scenes()) + " of " + set.name(),
                       "open the scenes that it belongs to" + origin);
  }
  if (read->scenes.size() < listed) {
    opened.notes.push_back(path.string() + ": " + counted_scenes(listed - read->scenes.size()) +
                           " of it are not in " + set.name() + " and are left out.");
  }
  if (!read->dataset_sha256.empty() && read->dataset_sha256 != set.digest()) {
    opened.notes.push_back(path.string() + ": made on scenes of another digest" + origin + ", opened on " +
                           set.name() + "; scenes are matched by their names.");
  }
  opened.result = std::make_shared<const DetectionResult>(std::move(*read));
  return opened;
}

}  // namespace alidade
