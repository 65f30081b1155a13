// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/detect.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "core/evaluation/indoor/indoor_matching.h"
#include "core/nn/compute.h"

namespace alidade {
namespace {

Expected<std::vector<std::size_t>> chosen_scenes(const PointSceneSet& set, const DetectOptions& options) {
  std::vector<std::size_t> chosen = options.scenes;
  if (chosen.empty()) {
    chosen.resize(set.num_scenes());
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  }
  for (const std::size_t index : chosen) {
    if (index >= set.num_scenes()) {
      return no_scene(set, index);
    }
  }
  return chosen;
}

std::vector<IndoorObject> truths_of(const std::vector<DetectorSample>& samples) {
  std::vector<IndoorObject> truths;
  for (std::size_t s = 0; s < samples.size(); ++s) {
    for (std::size_t i = 0; i < samples[s].boxes.size(); ++i) {
      truths.push_back({static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(samples[s].labels[i]), 1.0,
                        samples[s].boxes[i]});
    }
  }
  return truths;
}

/// Mean over what is known.
double known_mean(const std::vector<std::optional<double>>& values) {
  double sum = 0.0, count = 0.0;
  for (const auto& value : values) {
    sum += value.value_or(0.0);
    count += value ? 1.0 : 0.0;
  }
  return count > 0.0 ? sum / count : 0.0;
}

}  // namespace

Expected<int> head_for(const DetectorConfig& config, const PointSceneSet& set, const std::string& source) {
  const bool named_as_set = std::any_of(config.sources.begin(), config.sources.end(),
                                        [&](const DetectorSource& one) { return one.name == set.name(); });
  if (!source.empty() || named_as_set) {
    return detector_source(config, source.empty() ? set.name() : source);
  }
  std::vector<int> same;
  for (std::size_t k = 0; k < config.sources.size(); ++k) {
    if (config.sources[k].classes == set.categories()) {
      same.push_back(static_cast<int>(k));
    }
  }
  return same.size() == 1 ? Expected<int>(same.front()) : detector_source(config, source);
}

Expected<DetectorInput> scene_input(const PointScene& scene, const DetectorConfig& config) {
  std::vector<std::uint8_t> colors;
  for (const float color : scene.colors) {
    colors.push_back(static_cast<std::uint8_t>(std::lround(std::clamp(color, 0.0f, 1.0f) * 255.0f)));
  }
  return detector_input(scene.points, colors, config);
}

Expected<std::shared_ptr<const DetectionResult>> detect_scenes(DetectorNetwork& network,
                                                               const PointSceneSet& set,
                                                               const DetectOptions& options,
                                                               const JobContext& job) {
  bind_compute_thread();
  const auto head = head_for(network.config(), set, options.source);
  const auto chosen = chosen_scenes(set, options);
  if (!head || !chosen) {
    return head ? chosen.error() : head.error();
  }
  const DetectorSource& source = network.config().sources[static_cast<std::size_t>(*head)];
  auto result = std::make_shared<DetectionResult>();
  result->dataset = set.name();
  result->dataset_sha256 = set.digest();
  result->source = source.name;
  result->categories = source.classes;
  result->provenance = current_provenance();
  result->provenance.checkpoint = network.checkpoint_name();
  result->provenance.checkpoint_sha256 = network.checkpoint_sha256();
  result->provenance.dataset = set.name();
  result->provenance.dataset_sha256 = set.digest();
  for (const std::size_t index : *chosen) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "stopped while detecting."};
    }
    const auto scene = set.load(index);
    if (!scene) {
      result->skipped.push_back(scene.error().message);
      continue;
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto input = scene_input(*scene, network.config());
    auto boxes = input ? network.detect(*input, *head, options.suppression ? &*options.suppression : nullptr)
                       : Expected<std::vector<DetectedBox>>(input.error());
    if (!boxes) {
      return boxes.error();
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    result->scenes.push_back({index, scene->name, std::move(*boxes), seconds});
    for (const std::string& problem : scene->problems) {
      result->problems.push_back(scene->name + ": " + problem);
    }
    job.report("detecting", static_cast<std::int64_t>(result->scenes.size()),
               static_cast<std::int64_t>(chosen->size()));
  }
  return std::shared_ptr<const DetectionResult>(std::move(result));
}

Expected<void> add_scene_sharing(DetectorNetwork& network, const PointSceneSet& set,
                                 const DetectOptions& options, KernelSharing& sharing,
                                 const JobContext& job) {
  bind_compute_thread();
  const auto head = head_for(network.config(), set, options.source);
  const auto chosen = chosen_scenes(set, options);
  if (!head || !chosen) {
    return head ? chosen.error() : head.error();
  }
  sharing.checkpoint = network.checkpoint_name();
  sharing.checkpoint_sha256 = network.checkpoint_sha256();
  sharing.provenance = current_provenance();
  sharing.provenance.checkpoint = sharing.checkpoint;
  sharing.provenance.checkpoint_sha256 = sharing.checkpoint_sha256;
  sharing.provenance.dataset = set.name();
  sharing.provenance.dataset_sha256 = set.digest();
  std::int64_t done = 0;
  for (const std::size_t index : *chosen) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "stopped while measuring what is shared."};
    }
    const auto scene = set.load(index);
    if (!scene) {
      return scene.error();
    }
    const auto input = scene_input(*scene, network.config());
    if (!input) {
      return input.error();
    }
    if (auto added = network.add_sharing(*input, *head, scene->name, sharing); !added) {
      return added;
    }
    job.report("measuring what is shared", ++done, static_cast<std::int64_t>(chosen->size()));
  }
  return {};
}

Expected<DetectionAccuracy> detection_accuracy(const DetectorSource& source,
                                               const std::vector<DetectorSample>& samples,
                                               const std::vector<std::vector<DetectedBox>>& found,
                                               const JobContext& job) {
  std::vector<IndoorObject> detections;
  for (std::size_t s = 0; s < found.size(); ++s) {
    for (const DetectedBox& one : found[s]) {
      detections.push_back(
          {static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(one.category), one.score, one.box});
    }
  }
  const auto classes =
      indoor_classes(truths_of(samples), detections, source.classes.size(), samples.size(), job);
  if (!classes) {
    return classes.error();
  }
  DetectionAccuracy accuracy;
  accuracy.classes = source.classes;
  for (const IndoorClass& one : *classes) {
    const auto precision = [&](double threshold) {
      return average_precision(indoor_ranking(one, threshold), one.truths_per_scene, {}, ApRule::kEnvelope);
    };
    accuracy.ap25.push_back(precision(0.25));
    accuracy.ap50.push_back(precision(0.5));
  }
  accuracy.map25 = known_mean(accuracy.ap25);
  accuracy.map50 = known_mean(accuracy.ap50);
  return accuracy;
}

Expected<DetectionAccuracy> measure_detector(DetectorNetwork& network, int source,
                                             const std::vector<DetectorSample>& samples,
                                             const JobContext& job) {
  std::vector<std::vector<DetectedBox>> found;
  for (const DetectorSample& sample : samples) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "stopped while measuring the detector."};
    }
    const auto input = detector_input(sample.points, sample.colors, network.config());
    auto boxes = input ? network.detect(*input, source) : Expected<std::vector<DetectedBox>>(input.error());
    if (!boxes) {
      return boxes.error();
    }
    found.push_back(std::move(*boxes));
    job.report("measuring", static_cast<std::int64_t>(found.size()),
               static_cast<std::int64_t>(samples.size()));
  }
  return detection_accuracy(network.config().sources[static_cast<std::size_t>(source)], samples, found, job);
}

}  // namespace alidade
