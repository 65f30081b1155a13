// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/training_data.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "core/base/helper_threads.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/data/dataset_problems.h"

namespace alidade {
namespace {

int index_of(const std::string& category, const std::vector<std::string>& categories) {
  const auto found = std::find(categories.begin(), categories.end(), category);
  return found == categories.end() ? -1 : static_cast<int>(found - categories.begin());
}

std::vector<TrainingSample> samples_of(const Frame& frame, const std::vector<std::string>& categories,
                                       int num_points, double min_visible_fraction, std::uint64_t seed) {
  std::vector<TrainingSample> samples;
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    const Instance& instance = frame.instances[i];
    if (instance.visible_fraction >= 0.0 && instance.visible_fraction < min_visible_fraction) {
      continue;
    }
    auto sample = training_sample(frame, i, num_points, mix_seed(seed, frame.index * 64 + i));
    if (!sample) {
      continue;
    }
    sample->category = index_of(instance.category, categories);
    samples.push_back(std::move(*sample));
  }
  return samples;
}

}  // namespace

Rigid3 box_pose(const Instance& instance) {
  return instance.box_cam().frame_from_box;
}

Expected<std::vector<TrainingSample>> collect_samples(const Dataset& dataset, int frames, int num_points,
                                                      double min_visible_fraction, std::uint64_t seed,
                                                      const JobContext& job) {
  const std::size_t count =
      frames > 0 ? std::min<std::size_t>(frames, dataset.num_frames()) : dataset.num_frames();
  const std::vector<std::string> categories = dataset.categories();
  std::vector<std::vector<TrainingSample>> per_frame(count);
  std::atomic<std::size_t> next{0}, done{0};
  std::mutex mutex;
  std::string failure;
  // Both threads take frames from one counter; only the caller's thread may report.
  const auto work = [&](bool reports) {
    for (std::size_t i = next++; i < count && !job.stopped(); i = next++) {
      const auto frame = dataset.load(i, {.color = false, .depth = true, .masks = true, .nocs = false});
      if (frame) {
        per_frame[i] = samples_of(*frame, categories, num_points, min_visible_fraction, seed);
      } else {
        const std::lock_guard lock(mutex);
        failure = frame.error().message;
      }
      ++done;
      if (reports) {
        job.report("reading objects", static_cast<std::int64_t>(done.load()),
                   static_cast<std::int64_t>(count));
      }
    }
  };
  work_together(1, work);
  if (job.stopped()) {
    return Error{ErrorCode::kCancelled, "stopped while reading the training set; nothing was written."};
  }
  std::vector<TrainingSample> samples;
  for (auto& part : per_frame) {
    std::move(part.begin(), part.end(), std::back_inserter(samples));
  }
  if (samples.empty()) {
    return input_error(
        dataset.root().string(), "",
        "no object with depth and a mask was found" + (failure.empty() ? "" : " (" + failure + ")"),
        "training needs depth images and masks");
  }
  return samples;
}

Expected<std::vector<TrainingSample>> training_samples(const TrainRecipe& recipe, const Dataset& data,
                                                       const JobContext& job) {
  for (const std::string& sentence : problem_sentences(data)) {
    log_warning("train", sentence);
  }
  auto samples =
      collect_samples(data, recipe.train_frames, recipe.network.num_points, recipe.min_visible_fraction,
                      recipe.trainer.seed ^ kTrainingPointStream, job);
  if (samples) {
    log_info("train", std::to_string(samples->size()) + " objects from " + data.name());
  }
  return samples;
}

Expected<void> SampleBatches::prepare(const TrainRecipe& recipe, const Dataset& data, const JobContext& job) {
  if (source_.samples == nullptr) {
    auto read = training_samples(recipe, data, job);
    if (!read) {
      return read.error();
    }
    own_ = std::move(*read);
  }
  order_ = SampleOrder(samples().size(), recipe.trainer.seed, source_.draw);
  size_ = recipe.trainer.batch;
  return {};
}

}  // namespace alidade
