// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/train.h"

#include "core/base/file.h"
#include "core/nn/compute.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/pose_training.h"
#include "core/studies/ranker_training.h"
#include "core/studies/training_tasks.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

TrainingRequest request_of(const fs::path& file, const std::string& text, const DatasetReaders& readers,
                           const PointSceneReaders* scene_readers) {
  return {file, text,
          [&readers](const fs::path& path, const JobContext& job) { return open_data(path, readers, job); },
          [scene_readers](const fs::path& path, const JobContext& job) {
            static const PointSceneReaders none;
            return open_scenes(path, scene_readers != nullptr ? *scene_readers : none, job);
          }};
}

Expected<void> run_task(Expected<TrainingTask> task, const TrainOptions& options, const JobContext& job) {
  if (!task) {
    return task.error();
  }
  task->trainer->set_gradient_hook(options.gradient_hook);
  task->threads = compute_threads();
  // "runs/joint/" as a shell completes it: the suffix belongs to the folder's name.
  const fs::path& given = options.run_folder;
  const fs::path folder = given.has_filename() || !given.has_parent_path() ? given : given.parent_path();
  return run_training(*task, folder.string() + task->folder_suffix, options.resume, job);
}

}  // namespace

Expected<std::vector<TrainingSample>> training_samples(const TrainRecipe& recipe,
                                                       const DatasetReaders& readers, const JobContext& job) {
  const auto data = open_data(recipe.train_data, readers, job);
  if (!data) {
    return data.error();
  }
  return training_samples(recipe, **data, job);
}

Expected<void> train(const fs::path& recipe_file, const TrainOptions& options, const DatasetReaders& readers,
                     const JobContext& job) {
  const auto text = read_file(recipe_file, 1 << 20);
  if (!text) {
    return text.error();
  }
  return run_task(
      training_kind(*text).make(request_of(recipe_file, *text, readers, options.scene_readers), job), options,
      job);
}

Expected<void> train(const TrainRecipe& recipe, const TrainOptions& options, const DatasetReaders& readers,
                     const JobContext& job) {
  const TrainingRequest request = request_of(recipe.file, recipe.text, readers, options.scene_readers);
  return run_task(recipe.ranker.pose_checkpoint.empty()
                      ? pose_training_task(recipe, request, options.source, job)
                      : ranker_training_task(recipe, request, options.source, job),
                  options, job);
}

}  // namespace alidade
