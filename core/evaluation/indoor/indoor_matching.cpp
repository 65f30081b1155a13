// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/indoor/indoor_matching.h"

#include <algorithm>
#include <set>

namespace alidade {
namespace {

/// The ground truths of one class by scene, in file order.
std::vector<std::vector<std::size_t>> by_scene(const IndoorClass& of_class,
                                               std::span<const IndoorObject> truths, std::size_t scenes) {
  std::vector<std::vector<std::size_t>> found(scenes);
  for (const std::size_t truth : of_class.truths) {
    found[truths[truth].scene].push_back(truth);
  }
  return found;
}

IndoorDetection compare(std::size_t index, const IndoorObject& detection,
                        const std::vector<std::size_t>& candidates, std::span<const IndoorObject> truths) {
  IndoorDetection found{index, -1, 0.0, detection.scene};
  for (const std::size_t truth : candidates) {
    const double iou = upright_box_iou(detection.box, truths[truth].box);
    if (found.truth < 0 || iou > found.iou) {
      found.truth = static_cast<std::int64_t>(truth);
      found.iou = iou;
    }
  }
  return found;
}

}  // namespace

Expected<std::vector<IndoorClass>> indoor_classes(std::span<const IndoorObject> truths,
                                                  std::span<const IndoorObject> detections,
                                                  std::size_t categories, std::size_t scenes,
                                                  const JobContext& job) {
  std::vector<IndoorClass> classes(categories);
  for (std::size_t i = 0; i < truths.size(); ++i) {
    classes[truths[i].category].truths.push_back(i);
  }
  std::vector<std::vector<std::size_t>> order(categories);
  for (std::size_t i = 0; i < detections.size(); ++i) {
    order[detections[i].category].push_back(i);
  }
  std::size_t done = 0;
  for (std::size_t c = 0; c < categories; ++c) {
    IndoorClass& of_class = classes[c];
    if (of_class.truths.empty() && order[c].empty()) {
      continue;
    }
    const auto candidates = by_scene(of_class, truths, scenes);
    for (const auto& scene : candidates) {
      of_class.truths_per_scene.push_back(static_cast<std::uint32_t>(scene.size()));
    }
    std::stable_sort(order[c].begin(), order[c].end(),
                     [&](std::size_t x, std::size_t y) { return detections[x].score > detections[y].score; });
    for (const std::size_t i : order[c]) {
      if (done++ % 1024 == 0) {
        job.report("Comparing boxes", static_cast<std::int64_t>(done - 1),
                   static_cast<std::int64_t>(detections.size()));
        if (job.stopped()) {
          return Error{ErrorCode::kCancelled, "The evaluation was stopped."};
        }
      }
      of_class.ranked.push_back(compare(i, detections[i], candidates[detections[i].scene], truths));
    }
  }
  return classes;
}

std::vector<bool> indoor_correct(const IndoorClass& of_class, double threshold) {
  std::vector<bool> correct;
  std::set<std::int64_t> taken;
  for (const IndoorDetection& detection : of_class.ranked) {
    correct.push_back(detection.truth >= 0 && detection.iou > threshold &&
                      taken.insert(detection.truth).second);
  }
  return correct;
}

std::vector<RankedDetection> indoor_ranking(const IndoorClass& of_class, double threshold) {
  const std::vector<bool> correct = indoor_correct(of_class, threshold);
  std::vector<RankedDetection> ranked;
  for (std::size_t i = 0; i < correct.size(); ++i) {
    ranked.push_back({of_class.ranked[i].scene, correct[i]});
  }
  return ranked;
}

std::optional<double> indoor_recall(std::span<const RankedDetection> ranked,
                                    std::span<const std::uint32_t> truths_per_scene,
                                    std::span<const std::uint32_t> weights) {
  const auto weight = [&](std::size_t scene) { return weights.empty() ? 1.0 : weights[scene]; };
  double truths = 0.0;
  for (std::size_t i = 0; i < truths_per_scene.size(); ++i) {
    truths += weight(i) * truths_per_scene[i];
  }
  double found = 0.0;
  for (const RankedDetection& detection : ranked) {
    found += detection.correct ? weight(detection.image) : 0.0;
  }
  return truths > 0.0 ? std::optional(found / truths) : std::nullopt;
}

}  // namespace alidade
