// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/training_tasks.h"

#include "core/nn/vit/encoder_training.h"
#include "core/studies/decompose_training.h"
#include "core/studies/detector_training.h"
#include "core/studies/keypoint_training.h"
#include "core/studies/pose_training.h"
#include "core/studies/ranker_training.h"

namespace alidade {
namespace {

Expected<TrainingTask> pose_task(const TrainingRequest& request, const JobContext& job) {
  const auto recipe = parse_train_recipe(request.recipe, request.recipe_file);
  return recipe ? pose_training_task(*recipe, request, {}, job) : Expected<TrainingTask>(recipe.error());
}

Expected<TrainingTask> ranker_task(const TrainingRequest& request, const JobContext& job) {
  const auto recipe = parse_train_recipe(request.recipe, request.recipe_file);
  return recipe ? ranker_training_task(*recipe, request, {}, job) : Expected<TrainingTask>(recipe.error());
}

Expected<TrainingTask> decompose_task(const TrainingRequest& request, const JobContext& job) {
  const auto recipe = parse_decompose_recipe(request.recipe, request.recipe_file);
  return recipe ? decompose_training_task(*recipe, request, {}, job) : Expected<TrainingTask>(recipe.error());
}

Expected<TrainingTask> keypoint_task(const TrainingRequest& request, const JobContext& job) {
  const auto recipe = parse_keypoint_recipe(request.recipe, request.recipe_file);
  return recipe ? keypoint_training_task(*recipe, request, {}, job) : Expected<TrainingTask>(recipe.error());
}

Expected<TrainingTask> detector_task(const TrainingRequest& request, const JobContext& job) {
  const auto recipe = parse_detector_recipe(request.recipe, request.recipe_file);
  return recipe ? detector_training_task(*recipe, request, job) : Expected<TrainingTask>(recipe.error());
}

constexpr TrainingKind kTrainingKinds[] = {
    {"network", pose_task},      {"ranker", ranker_task},     {"decompose", decompose_task},
    {"keypoint", keypoint_task}, {"detector", detector_task}, {"encoder", encoder_training_task},
};

}  // namespace

std::span<const TrainingKind> training_kinds() {
  return kTrainingKinds;
}

const TrainingKind& training_kind(const std::string& recipe) {
  const auto names = toml_names(recipe);
  const TrainingKind* found = &kTrainingKinds[0];
  for (const TrainingKind& kind : kTrainingKinds) {
    found = names.contains(kind.section) ? &kind : found;
  }
  return *found;
}

}  // namespace alidade
