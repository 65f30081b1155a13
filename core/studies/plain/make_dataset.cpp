// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/make_dataset.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include "core/base/failure.h"
#include "core/base/provenance.h"
#include "core/studies/plain/set_files.h"
#include "core/studies/plain/set_names.h"
#include "core/studies/plain/set_workshop.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

std::string scene_name(int scene) {
  char text[16];
  std::snprintf(text, sizeof text, "%06d", scene);
  return text;
}

/// Frames written by several threads; what they return stays in the order of the frames.
class FrameWriters {
 public:
  FrameWriters(const ProceduralGenerator& generator, fs::path split)
      : generator_(generator), split_(std::move(split)), annotations_(generator.set().frames) {}

  Expected<std::vector<FrameAnnotation>> run(int threads, const JobContext& job) {
    {
      std::vector<std::jthread> workers;
      for (int i = 0; i < threads; ++i) {
        workers.emplace_back([this] { attempt(); });
      }
      wait(job);
    }
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "Stopped; no dataset was written."};
    }
    if (error_) {
      return *error_;
    }
    return std::move(annotations_);
  }

 private:
  void attempt() {
    try {
      work();
    } catch (const std::exception& thrown) {
      const std::lock_guard lock(mutex_);
      error_ = error_of(thrown);
      stop_ = true;
      changed_.notify_all();
    }
  }

  void work() {
    for (std::size_t i = next_++; i < annotations_.size() && !stop_; i = next_++) {
      const int scene = generator_.frame_info(i).scene_id;
      auto written = write_set_frame(generator_, i, split_ / scene_name(scene));
      const std::lock_guard lock(mutex_);
      if (written) {
        annotations_[i] = std::move(*written);
      } else {
        error_ = written.error();
        stop_ = true;
      }
      ++done_;
      changed_.notify_all();
    }
  }

  void wait(const JobContext& job) {
    const auto total = static_cast<std::int64_t>(annotations_.size());
    std::unique_lock lock(mutex_);
    while (done_ < total && !stop_) {
      changed_.wait_for(lock, std::chrono::milliseconds(50));
      const std::int64_t done = done_;
      lock.unlock();
      job.report("Frames", done, total);
      stop_ = stop_ || job.stopped();
      lock.lock();
    }
  }

  const ProceduralGenerator& generator_;
  fs::path split_;
  std::vector<FrameAnnotation> annotations_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t done_ = 0;
  std::optional<Error> error_;
};

/// One annotation file of a scene: image ids count from 0.
std::string by_image(std::span<const FrameAnnotation> annotations, std::string FrameAnnotation::*field) {
  std::string text = "{\n";
  for (std::size_t i = 0; i < annotations.size(); ++i) {
    text += "  \"" + std::to_string(i) + "\": " + annotations[i].*field +
            (i + 1 < annotations.size() ? ",\n" : "\n");
  }
  return text + "}\n";
}

/// The annotation files of all scenes: stills are one, each sequence is one.
Expected<void> write_annotations(std::span<const FrameAnnotation> all, const ProceduralGenerator& generator,
                                 const fs::path& split) {
  const int sequence_frames = generator.set().sequence_frames;
  const std::size_t length = sequence_frames > 0 ? static_cast<std::size_t>(sequence_frames) : all.size();
  for (std::size_t begin = 0; begin < all.size(); begin += length) {
    const auto of_scene = all.subspan(begin, std::min(length, all.size() - begin));
    const fs::path scene = split / scene_name(generator.frame_info(begin).scene_id);
    for (const auto& written :
         {write_new_file(scene / "scene_camera.json", by_image(of_scene, &FrameAnnotation::camera)),
          write_new_file(scene / "scene_gt.json", by_image(of_scene, &FrameAnnotation::ground_truth)),
          write_new_file(scene / "scene_gt_info.json",
                         by_image(of_scene, &FrameAnnotation::ground_truth_info))}) {
      if (!written) {
        return written;
      }
    }
  }
  return {};
}

std::string description(const ProceduralSet& set) {
  Provenance provenance = current_provenance();
  provenance.recipe = set.recipe_json;
  provenance.seed = set.seed;
  return "{\"name\": \"" + set.name + "\", \"generator\": \"" + set.generator +
         "\", \"provenance\": " + to_json(provenance) + "}\n";
}

Expected<void> prepare(const ProceduralSet& set, const MakeDatasetOptions& options) {
  if (options.threads < 1 || options.threads > 64) {
    return Error{ErrorCode::kUsage, "The number of threads must lie between 1 and 64."};
  }
  std::error_code failure;
  if (!options.force && fs::exists(options.output, failure)) {
    return Error{ErrorCode::kUsage,
                 options.output.string() + ": the folder exists; name another one or add --force."};
  }
  // --force replaces an earlier set, nothing else.
  return fs::exists(options.output, failure) ? check_replaceable_set(options.output, set) : Expected<void>();
}

}  // namespace

Expected<MakeDatasetReport> make_dataset(const ProceduralRecipe& recipe, const MakeDatasetOptions& options,
                                         const JobContext& job) {
  if (auto checked = check_procedural_recipe(recipe, "the recipe"); !checked) {
    return checked.error();
  }
  const ProceduralSet set = procedural_set(recipe);
  if (auto ready = prepare(set, options); !ready) {
    return ready.error();
  }
  const auto output = set_output_folder(options.output);
  if (!output) {
    return output.error();
  }
  SetWorkshop workshop(*output);
  if (auto opened = workshop.open(); !opened) {
    return opened.error();
  }
  const fs::path split = workshop.folder() / split_folder(set);
  std::error_code failure;
  fs::create_directories(workshop.folder() / "models", failure);
  for (int scene = 1; !failure && scene <= std::max(1, set.num_sequences()); ++scene) {
    for (const char* name : {"rgb", "depth", "mask", "mask_visib", "nocs"}) {
      fs::create_directories(split / scene_name(scene) / name, failure);
    }
  }
  if (failure) {
    return Error{ErrorCode::kFailed, output->string() + ": " + failure.message() + "; check permissions."};
  }
  const auto generator = make_generator(recipe);
  const auto annotations = FrameWriters(*generator, split).run(options.threads, job);
  if (!annotations) {
    return annotations.error();
  }
  MakeDatasetReport report;
  std::set<int> object_ids;
  for (const auto& annotation : *annotations) {
    object_ids.insert(annotation.object_ids.begin(), annotation.object_ids.end());
    report.instances += annotation.instances;
  }
  report.frames = annotations->size();
  report.models = object_ids.size();
  for (const auto& written : {write_set_models(*generator, object_ids, workshop.folder() / "models"),
                              write_annotations(*annotations, *generator, split),
                              write_new_file(workshop.folder() / "dataset.json", description(set))}) {
    if (!written) {
      return written.error();
    }
  }
  if (auto published = workshop.publish(set); !published) {
    return published.error();
  }
  return report;
}

}  // namespace alidade
