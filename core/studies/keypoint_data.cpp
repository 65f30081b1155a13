// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/keypoint_data.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "core/base/helper_threads.h"
#include "core/nn/compute.h"

namespace alidade {
namespace {

constexpr FrameLayers kKeypointLayers{.color = true, .depth = false, .masks = true, .nocs = false};

std::optional<KeypointSample> sample_of(const Frame& frame, const KeypointConfig& config,
                                        double min_visible_fraction) {
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    const Instance& instance = frame.instances[i];
    const bool hidden = instance.visible_fraction >= 0.0 && instance.visible_fraction < min_visible_fraction;
    if (instance.object_id != config.object.id || hidden) {
      continue;
    }
    if (auto sample = keypoint_sample(frame, i, config)) {
      return std::move(*sample);
    }
  }
  return std::nullopt;
}

}  // namespace

Expected<KeypointObject> keypoint_object(const Dataset& dataset, int id) {
  const auto& models = dataset.models();
  const ObjectModel* model = id >= 0 ? dataset.model(id) : models.size() == 1 ? &models[0] : nullptr;
  if (model == nullptr) {
    return input_error(
        dataset.root().string(), "",
        id >= 0 ? "it has no object " + std::to_string(id)
                : "a keypoint network learns one object, this set has " + std::to_string(models.size()),
        "name one of its objects in [data] object");
  }
  if (!(model->size.minCoeff() > 0.0)) {
    return input_error(dataset.root().string(), "object " + std::to_string(model->id),
                       "its size is not known", "give a dataset with models");
  }
  KeypointObject object{model->id, model->name, model->category, {}, {}};
  std::copy_n(model->center_obj.data(), 3, object.center.begin());
  std::copy_n(model->size.data(), 3, object.size.begin());
  return object;
}

Expected<std::vector<KeypointSample>> collect_keypoint_samples(const Dataset& dataset,
                                                               const KeypointConfig& config, int frames,
                                                               double min_visible_fraction,
                                                               const JobContext& job) {
  const std::size_t all = dataset.num_frames();
  const std::size_t count = frames > 0 ? std::min<std::size_t>(frames, all) : all;
  std::vector<std::optional<KeypointSample>> per_frame(count);
  std::atomic<std::size_t> next{0}, done{0};
  std::mutex mutex;
  std::string failure;
  // Both threads take frames from one counter; only the caller's thread may report.
  work_together(1, [&](bool reports) {
    bind_compute_thread();
    for (std::size_t i = next++; i < count && !job.stopped(); i = next++) {
      if (const auto frame = dataset.load(i, kKeypointLayers)) {
        per_frame[i] = sample_of(*frame, config, min_visible_fraction);
      } else {
        const std::lock_guard lock(mutex);
        failure = frame.error().message;
      }
      ++done;
      if (reports) {
        job.report("reading images", static_cast<std::int64_t>(done.load()),
                   static_cast<std::int64_t>(count));
      }
    }
  });
  if (job.stopped()) {
    return Error{ErrorCode::kCancelled, "stopped while reading the training set; nothing was written."};
  }
  std::vector<KeypointSample> samples;
  samples.reserve(count);
  for (auto& sample : per_frame) {
    if (sample) {
      samples.push_back(std::move(*sample));
      sample.reset();
    }
  }
  if (samples.empty()) {
    return input_error(dataset.root().string(), "",
                       "no image with color, intrinsics and a mask of object " +
                           std::to_string(config.object.id) + " was found" +
                           (failure.empty() ? "" : " (" + failure + ")"),
                       "training needs them");
  }
  return samples;
}

}  // namespace alidade
