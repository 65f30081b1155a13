// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/indoor/indoor_misfit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numbers>
#include <utility>

namespace alidade {
namespace {

constexpr double kThreshold = 0.25;
constexpr double kLowPrecision = 0.3, kVeryLowPrecision = 0.1, kHighRecall = 0.5;
constexpr double kLeastGain = 0.1;
constexpr std::size_t kMostOfScene = 200;
constexpr std::size_t kFewestMatches = 5;

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100.0 * share);
  return text;
}

/// The best scored of each scene.
std::vector<IndoorObject> best_of(std::span<const IndoorObject> detections, std::size_t scenes) {
  std::vector<IndoorObject> sorted(detections.begin(), detections.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<std::size_t> taken(scenes);
  std::erase_if(sorted,
                [&taken](const IndoorObject& object) { return taken[object.scene]++ >= kMostOfScene; });
  return sorted;
}

struct IndoorMeans {
  double precision = 0.0, recall = 0.0;
};

/// Over the classes with ground truth.
Expected<IndoorMeans> means_of(std::span<const IndoorObject> truths, std::span<const IndoorObject> detections,
                               std::size_t categories, std::size_t scenes, const JobContext& job) {
  const auto classes = indoor_classes(truths, detections, categories, scenes, {job.stop, {}});
  if (!classes) {
    return classes.error();
  }
  IndoorMeans means;
  double count = 0.0;
  for (const IndoorClass& of_class : *classes) {
    if (!of_class.truths.empty()) {
      const auto ranked = indoor_ranking(of_class, kThreshold);
      means.precision +=
          average_precision(ranked, of_class.truths_per_scene, {}, ApRule::kEnvelope).value_or(0.0);
      means.recall += indoor_recall(ranked, of_class.truths_per_scene, {}).value_or(0.0);
      count += 1.0;
    }
  }
  return count > 0.0 ? IndoorMeans{means.precision / count, means.recall / count} : IndoorMeans{};
}

double median_side(std::span<const IndoorObject> objects) {
  std::vector<double> sides;
  for (const IndoorObject& object : objects) {
    sides.push_back(object.box.size.mean());
  }
  if (sides.empty()) {
    return 0.0;
  }
  const auto middle = sides.begin() + static_cast<std::ptrdiff_t>(sides.size() / 2);
  std::nth_element(sides.begin(), middle, sides.end());
  return *middle;
}

/// Which class of the ground truth the boxes of each detected class lie on; itself where little speaks for
/// another.
std::vector<std::uint32_t> class_map(std::span<const IndoorObject> truths,
                                     std::span<const IndoorObject> detections, std::size_t categories) {
  std::vector<std::vector<std::size_t>> count(categories, std::vector<std::size_t>(categories));
  std::vector<std::vector<const IndoorObject*>> by_scene;
  for (const IndoorObject& truth : truths) {
    by_scene.resize(std::max<std::size_t>(by_scene.size(), truth.scene + 1));
    by_scene[truth.scene].push_back(&truth);
  }
  for (const IndoorObject& detection : detections) {
    const IndoorObject* best = nullptr;
    double overlap = kThreshold;
    for (std::size_t i = 0; detection.scene < by_scene.size() && i < by_scene[detection.scene].size(); ++i) {
      const double iou = upright_box_iou(detection.box, by_scene[detection.scene][i]->box);
      if (iou > overlap) {
        overlap = iou;
        best = by_scene[detection.scene][i];
      }
    }
    if (best != nullptr) {
      ++count[detection.category][best->category];
    }
  }
  std::vector<std::uint32_t> map(categories);
  for (std::size_t c = 0; c < categories; ++c) {
    const auto most = std::max_element(count[c].begin(), count[c].end());
    map[c] = static_cast<std::uint32_t>(*most < kFewestMatches ? c : most - count[c].begin());
  }
  return map;
}

/// The largest difference of a map from itself, in words.
std::string map_words(const std::vector<std::uint32_t>& map, const std::vector<std::string>& categories) {
  std::string words;
  int named = 0;
  for (std::size_t c = 0; c < map.size() && named < 4; ++c) {
    if (map[c] != c) {
      words += (named++ == 0 ? "" : ", ") + categories[c] + " lies on " + categories[map[c]];
    }
  }
  return words;
}

/// One way to mend the detections.
struct IndoorMending {
  std::string cause;
  std::function<void(IndoorObject&)> apply;
};

std::vector<IndoorMending> mendings(std::span<const IndoorObject> truths,
                                    std::span<const IndoorObject> detections,
                                    const std::vector<std::string>& categories) {
  std::vector<IndoorMending> all{
      {"the yaw is counted the other way round", [](IndoorObject& o) { o.box.yaw = -o.box.yaw; }},
      {"the yaw counts from another axis, or width and length are exchanged",
       [](IndoorObject& o) { o.box.yaw += std::numbers::pi / 2; }},
      {"the yaw is counted the other way round and from another axis",
       [](IndoorObject& o) { o.box.yaw = std::numbers::pi / 2 - o.box.yaw; }},
      {"the centers are those of the bottom faces",
       [](IndoorObject& o) { o.box.center.z() += o.box.size.z() / 2; }},
      {"the sizes are half sides", [](IndoorObject& o) { o.box.size *= 2.0; }},
      {"the boxes are in the axes of a camera (y down, z forward)",
       [](IndoorObject& o) {
         o.box.center = {o.box.center.x(), o.box.center.z(), -o.box.center.y()};
         o.box.size = {o.box.size.x(), o.box.size.z(), o.box.size.y()};
       }},
      {"the scores fall where they should rise", [](IndoorObject& o) { o.score = -o.score; }}};
  const double ours = median_side(detections), theirs = median_side(truths);
  if (ours > 0.0 && theirs > 0.0) {
    const double factor = std::pow(10.0, std::round(std::log10(theirs / ours)));
    if (factor != 1.0) {
      char words[80];
      std::snprintf(words, sizeof words, "the boxes are in another unit: times %g they are metres", factor);
      all.push_back({words, [factor](IndoorObject& o) {
                       o.box.center *= factor;
                       o.box.size *= factor;
                     }});
    }
  }
  const auto map = class_map(truths, detections, categories.size());
  if (const std::string words = map_words(map, categories); !words.empty()) {
    all.push_back({"the classes are in another order: " + words,
                   [map](IndoorObject& o) { o.category = map[o.category]; }});
  }
  return all;
}

}  // namespace

std::string IndoorMisfit::sentence() const {
  return "mAP@0.25 is " + percent(before) +
         (cause.starts_with("boxes")
              ? ", though " + percent(after) + " of the objects are found: " + cause + "."
              : " and would be " + percent(after) + " if this were mended: " + cause + ".");
}

Expected<std::vector<IndoorMisfit>> indoor_misfits(std::span<const IndoorObject> truths,
                                                   std::span<const IndoorObject> detections,
                                                   const std::vector<std::string>& categories,
                                                   std::size_t scenes, const JobContext& job) {
  const std::vector<IndoorObject> best = best_of(detections, scenes);
  const auto before = means_of(truths, best, categories.size(), scenes, job);
  if (!before) {
    return before.error();
  }
  std::vector<IndoorMisfit> found;
  if (before->precision >= kLowPrecision || best.empty()) {
    return found;
  }
  for (const IndoorMending& mending : mendings(truths, best, categories)) {
    std::vector<IndoorObject> mended = best;
    std::for_each(mended.begin(), mended.end(), mending.apply);
    const auto after = means_of(truths, mended, categories.size(), scenes, job);
    if (!after) {
      return after.error();
    }
    if (after->precision >= std::max(2.0 * before->precision, before->precision + kLeastGain)) {
      found.push_back({mending.cause, before->precision, after->precision});
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.after > b.after; });
  if (found.empty() && before->precision < kVeryLowPrecision && before->recall >= kHighRecall) {
    found.push_back(
        {"boxes are right but classes or scores mean nothing, usually those of a checkpoint with another "
         "list of classes",
         before->precision, before->recall});
  }
  return found;
}

}  // namespace alidade
