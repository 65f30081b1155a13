// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/studies/train_recipe.h"
#include "core/studies/training_data.h"
#include "core/training/training_task.h"

namespace alidade {

/// Training of a pose network: regression, score matching or what else its phases say. With validation data
/// the log has its losses at checkpoints, with curve_every the accuracy on the test data; that is also
/// measured at the end.
Expected<TrainingTask> pose_training_task(const TrainRecipe& recipe, const TrainingRequest& request,
                                          const BatchSource& source, const JobContext& job);

}  // namespace alidade
