// SPDX-License-Identifier: BSD-3-Clause
#include "app/compute/detect_output.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "core/base/json_text.h"
#include "core/base/text_escape.h"
#include "core/base/text_table.h"

#include "core/evaluation/text/report_text.h"
#include "core/exchange/detection_file.h"
#include "core/studies/plain/evaluate_detections.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostNotes = 20;

/// Detections by class and their highest score.
struct ClassCount {
  std::size_t found = 0;
  double best = 0.0;
};

std::vector<ClassCount> class_counts(const DetectionResult& result) {
  std::vector<ClassCount> counts(result.categories.size());
  for (const SceneDetections& scene : result.scenes) {
    for (const DetectedBox& found : scene.boxes) {
      ClassCount& count = counts[static_cast<std::size_t>(found.category)];
      ++count.found;
      count.best = std::max(count.best, found.score);
    }
  }
  return counts;
}

std::size_t total_of(const DetectionResult& result) {
  std::size_t total = 0;
  for (const SceneDetections& scene : result.scenes) {
    total += scene.boxes.size();
  }
  return total;
}

double seconds_of(const DetectionResult& result) {
  double seconds = 0.0;
  for (const SceneDetections& scene : result.scenes) {
    seconds += scene.seconds;
  }
  return seconds;
}

void print_classes(const DetectionResult& result) {
  std::vector<std::vector<std::string>> lines{{"class", "detections", "highest score"}};
  const auto counts = class_counts(result);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    lines.push_back({result.categories[i], std::to_string(counts[i].found),
                     counts[i].found > 0 ? fixed_text(counts[i].best, 2) : "\u2013"});
  }
  print_text(aligned_text(lines));
}

std::string percent(const EvaluationReport& report, const char* column) {
  const auto mean = mean_over_truths(report, column);
  return mean ? fixed_text(100.0 * *mean, 1) + " %" : "\u2013";
}

void print_accuracy(const EvaluationReport& report) {
  print("mAP@0.25 %s, mAP@0.5 %s (%s, over the classes with ground truth)\n\n",
        percent(report, "map_25").c_str(), percent(report, "map_50").c_str(), report.protocol.c_str());
  print_text(to_text(metric_table(report), false));
  for (std::size_t i = 0; i < std::min(report.notes.size(), kMostNotes); ++i) {
    print("note: %s\n", visible_text(report.notes[i]).c_str());
  }
}

ordered_json number_json(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

ordered_json scenes_json(const DetectionResult& result) {
  ordered_json scenes = ordered_json::array();
  for (const SceneDetections& scene : result.scenes) {
    scenes.push_back({{"name", scene.name}, {"detections", scene.boxes.size()}, {"seconds", scene.seconds}});
  }
  return scenes;
}

}  // namespace

void print_detect_text(const DetectOutput& output) {
  const DetectionResult& result = *output.result;
  print("%s on %s\n%zu scenes, %zu detections, %.1f s (%s rules)\n", visible_text(run_name(result)).c_str(),
        visible_text(result.dataset).c_str(), result.scenes.size(), total_of(result), seconds_of(result),
        output.rules.c_str());
  if (output.accuracy) {
    print_accuracy(*output.accuracy);
  } else {
    print_text("\n");
    print_classes(result);
  }
}

void print_detect_json(const DetectOutput& output) {
  const DetectionResult& result = *output.result;
  ordered_json json{{"checkpoint", result.provenance.checkpoint},
                    {"dataset", result.dataset},
                    {"source", result.source},
                    {"rules", output.rules},
                    {"detections", total_of(result)},
                    {"seconds", seconds_of(result)},
                    {"scenes", scenes_json(result)},
                    {"classes", ordered_json::object()}};
  const auto counts = class_counts(result);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    json["classes"][result.categories[i]] = counts[i].found;
  }
  json["misfits"] = output.misfits;
  json["skipped"] = result.skipped;
  json["problems"] = result.problems;
  if (output.accuracy) {
    json["map_25"] = number_json(mean_over_truths(*output.accuracy, "map_25"));
    json["map_50"] = number_json(mean_over_truths(*output.accuracy, "map_50"));
    json["evaluation"] = embedded_json(to_json(*output.accuracy, false));
  }
  json["provenance"] = embedded_json(to_json(result.provenance));
  print_text(json_text(json, 2) + "\n");
}

}  // namespace alidade
