// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/studies/train_recipe.h"
#include "core/studies/training_data.h"
#include "core/training/training_task.h"

namespace alidade {

/// Training of the energy network (GenPose's ranker) of the pose network that recipe.ranker names, on the
/// recipe's training data; checkpoints are energy networks. With validation data, the lines of the log at
/// checkpoints and at the end say how well the averaged weights rank (measure_ranking()).
Expected<TrainingTask> ranker_training_task(const TrainRecipe& recipe, const TrainingRequest& request,
                                            const BatchSource& source, const JobContext& job);

}  // namespace alidade
