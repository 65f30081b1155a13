// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/make_dataset.h"

#include <algorithm>
#include <cstdio>
#include <span>
#include <system_error>
#include <vector>

#include "core/studies/plain/parallel_work.h"
#include "core/studies/plain/set_description.h"
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

/// Writes the frames by several threads; what that returns stays in the order of the frames.
Expected<std::vector<FrameAnnotation>> write_frames(const ProceduralGenerator& generator,
                                                    const fs::path& split, int threads,
                                                    const JobContext& job) {
  std::vector<FrameAnnotation> annotations(static_cast<std::size_t>(generator.set().frames));
  const auto write = [&](std::size_t i) -> Expected<void> {
    auto written = write_set_frame(generator, i, split / scene_name(generator.frame_info(i).scene_id));
    if (!written) {
      return written.error();
    }
    annotations[i] = std::move(*written);
    return {};
  };
  const auto done =
      for_each_index(annotations.size(), threads, "Frames", "Stopped; no dataset was written.", job, write);
  return done ? Expected<std::vector<FrameAnnotation>>(std::move(annotations)) : done.error();
}

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

}  // namespace

Expected<MakeDatasetReport> make_dataset(const ProceduralRecipe& recipe, const MakeDatasetOptions& options,
                                         const JobContext& job) {
  if (auto checked = check_procedural_recipe(recipe, "the recipe"); !checked) {
    return checked.error();
  }
  const ProceduralSet set = procedural_set(recipe);
  if (auto ready = prepare_set(set, options); !ready) {
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
  const auto annotations = write_frames(*generator, split, options.threads, job);
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
                              write_new_file(workshop.folder() / "dataset.json", set_description(set))}) {
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
