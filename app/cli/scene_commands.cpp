// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/scene_commands.h"

#include <algorithm>
#include <map>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "core/base/json_text.h"
#include "core/base/text_escape.h"
#include "core/data/procedural/rooms/rooms_recipe.h"
#include "core/studies/plain/evaluate_scenes.h"
#include "core/studies/plain/make_rooms.h"
#include "core/studies/plain/open_data.h"

namespace alidade {
namespace {

/// What is counted over a set.
struct SceneCounts {
  std::map<std::string, std::size_t> splits;
  std::vector<std::size_t> boxes;   ///< by category
  std::vector<std::size_t> points;  ///< of each scene that was read, ascending
  std::vector<DatasetProblem> problems;
};

/// What reading a scene brought to light.
void add_findings(const PointSceneSet& set, std::size_t index, const Expected<PointScene>& scene,
                  SceneCounts& counts) {
  const std::string& name = set.scene_info(index).name;
  if (!scene) {
    const std::string& sentence = scene.error().message;
    const bool known = std::any_of(counts.problems.begin(), counts.problems.end(),
                                   [index](const DatasetProblem& problem) { return problem.frame == index; });
    if (!known) {
      counts.problems.push_back({name, sentence, index, true});
    }
    return;
  }
  counts.points.push_back(scene->num_points());
  for (const std::string& problem : scene->problems) {
    counts.problems.push_back({name, problem, index, true});
  }
  for (const std::string& remark : scene->remarks) {
    counts.problems.push_back({name, remark, index, false});
  }
}

Expected<SceneCounts> count(const PointSceneSet& set, bool read_points, const JobContext& job) {
  SceneCounts counts;
  counts.problems = set.problems();
  counts.boxes.resize(set.categories().size());
  for (std::size_t i = 0; i < set.num_scenes(); ++i) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "reading was stopped at scene " + std::to_string(i) + "."};
    }
    ++counts.splits[set.scene_info(i).split];
    auto boxes = std::vector<SceneBox>();
    if (read_points) {
      const auto scene = set.load(i);
      add_findings(set, i, scene, counts);
      boxes = scene ? scene->boxes : boxes;
    } else if (auto known = set.boxes(i)) {
      boxes = *known;
    }
    for (const SceneBox& box : boxes) {
      ++counts.boxes[static_cast<std::size_t>(box.category)];
    }
    job.report("Scenes", static_cast<std::int64_t>(i + 1), static_cast<std::int64_t>(set.num_scenes()));
  }
  std::sort(counts.points.begin(), counts.points.end());
  return counts;
}

void print_counts_json(const PointSceneSet& set, const SceneCounts& counts) {
  nlohmann::ordered_json json{{"name", set.name()},
                              {"format", set.format()},
                              {"scenes", set.num_scenes()},
                              {"splits", counts.splits},
                              {"rotated_boxes", set.rotated_boxes()},
                              {"boxes", nlohmann::ordered_json::object()},
                              {"problems", nlohmann::ordered_json::array()},
                              {"digest", set.digest()}};
  for (std::size_t i = 0; i < counts.boxes.size(); ++i) {
    json["boxes"][set.categories()[i]] = counts.boxes[i];
  }
  if (!counts.points.empty()) {
    json["points"] = {{"least", counts.points.front()},
                      {"median", counts.points[counts.points.size() / 2]},
                      {"most", counts.points.back()}};
  }
  for (const DatasetProblem& problem : counts.problems) {
    json["problems"].push_back(
        {{"file", problem.file}, {"message", problem.message}, {"malformed", problem.malformed}});
  }
  print_text(json_text(json, 2) + "\n");
}

void print_counts(const PointSceneSet& set, const SceneCounts& counts) {
  print("%s (%s)\n%zu scenes", visible_text(set.name()).c_str(), set.format().c_str(), set.num_scenes());
  for (const auto& [split, number] : counts.splits) {
    print(", %s %zu", split.empty() ? "of no split" : visible_text(split).c_str(), number);
  }
  print("; boxes %s\n", set.rotated_boxes() ? "turned about z" : "along the axes");
  for (std::size_t i = 0; i < counts.boxes.size(); ++i) {
    print("  %-24s %zu\n", visible_text(set.categories()[i]).c_str(), counts.boxes[i]);
  }
  if (!counts.points.empty()) {
    print("points per scene: %zu to %zu, median %zu\n", counts.points.front(), counts.points.back(),
          counts.points[counts.points.size() / 2]);
  }
  for (const DatasetProblem& problem : counts.problems) {
    print("problem: %s: %s\n", visible_text(problem.file).c_str(), visible_text(problem.message).c_str());
  }
  print("digest %s\n", set.digest().c_str());
}

}  // namespace

Expected<void> make_scenes(const std::string& path, std::optional<int> scenes,
                           std::optional<std::uint64_t> seed, const MakeDatasetOptions& options,
                           const CommandContext& context) {
  auto recipe = read_rooms_recipe(path);
  if (!recipe) {
    return recipe.error();
  }
  recipe->scenes = scenes.value_or(recipe->scenes);
  recipe->seed = seed.value_or(recipe->seed);
  const auto report = make_rooms(*recipe, options, context.job);
  if (!report) {
    return report.error();
  }
  print("%s: %zu scenes, %zu boxes, %zu points\n", visible_text(options.output.string()).c_str(),
        report->scenes, report->boxes, report->points);
  return {};
}

Expected<void> print_scenes(const std::string& path, bool json, bool check, const CommandContext& context) {
  const auto set = open_scenes(path, context.scene_readers, context.job);
  if (!set) {
    return set.error();
  }
  // Scenes of a recipe are generated anyway, so that their points cost nothing more.
  const auto counts = count(**set, check || (*set)->root().empty(), context.job);
  if (!counts) {
    return counts.error();
  }
  json ? print_counts_json(**set, *counts) : print_counts(**set, *counts);
  for (const DatasetProblem& problem : counts->problems) {
    if (problem.malformed) {
      return Error{ErrorCode::kInput, problem.message.starts_with('/')
                                          ? problem.message
                                          : problem.file + ": " + problem.message};
    }
  }
  return {};
}

Expected<void> write_scenes(const std::string& path, const std::string& output, bool allow_problems,
                            const CommandContext& context) {
  const auto set = open_scenes(path, context.scene_readers, context.job);
  if (!set) {
    return set.error();
  }
  if (auto whole = require_scene_truth(**set, allow_problems); !whole) {
    return whole;
  }
  const auto written = write_scene_truth(**set, output, context.job);
  if (!written) {
    return written.error();
  }
  print("%s: %zu boxes in %zu scenes\n", visible_text(output).c_str(), written->boxes, written->scenes);
  return {};
}

}  // namespace alidade
