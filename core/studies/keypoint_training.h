// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/nn/keypoint/keypoint_sample.h"
#include "core/results/pose_result.h"
#include "core/studies/keypoint_recipe.h"
#include "core/training/training_task.h"

namespace alidade {

/// What trainings on the same data may share.
struct KeypointSource {
  const std::vector<KeypointSample>* samples = nullptr;     ///< null = read by the training. Not owned
  const std::vector<KeypointSample>* validation = nullptr;  ///< alike
};

/// Training of a keypoint network. With validation data the log has its losses at checkpoints and, with
/// curve_every, the accuracy there; the accuracy on the test data is measured at the end.
Expected<TrainingTask> keypoint_training_task(const KeypointRecipe& recipe, const TrainingRequest& request,
                                              const KeypointSource& source, const JobContext& job);

/// The network that a recipe starts from: fresh, or that of its checkpoint. kInput for a checkpoint of
/// another object than the data's.
Expected<std::unique_ptr<KeypointNetwork>> recipe_network(const KeypointRecipe& recipe,
                                                          const KeypointObject& object);

/// Poses of the first `frames` frames (0 = all).
Expected<std::shared_ptr<const PoseResult>> keypoint_poses(KeypointNetwork& network, const Dataset& data,
                                                           int frames, std::uint64_t seed,
                                                           const JobContext& job);

/// Row "all" of spacecraft_report() as an object: shares by column.
Expected<nlohmann::ordered_json> keypoint_accuracy(const Dataset& data, const PoseResult& result,
                                                   const JobContext& job);

}  // namespace alidade
