// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/nn/decompose/decompose_sample.h"
#include "core/studies/decompose_recipe.h"
#include "core/training/training_task.h"

namespace alidade {

/// What trainings that are alike in network, data and seed of the points may share.
struct DecomposeSource {
  const std::vector<DecomposeSample>* samples = nullptr;  ///< null = read by the training. Not owned
  std::shared_ptr<ImageEncoder> encoder;                  ///< null = opened by the training
};

/// Mixed into the seed for the choice of points; equal for all trainings of a dataset.
inline constexpr std::uint64_t kDecomposePointStream = 0x6465636f6dULL;

/// Training of a DecomPose network (Sec. 5.4, 6.1).
Expected<TrainingTask> decompose_training_task(const DecomposeRecipe& recipe, const TrainingRequest& request,
                                               const DecomposeSource& source, const JobContext& job);

}  // namespace alidade
