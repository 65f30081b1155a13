// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/studies/detector_recipe.h"
#include "core/training/training_task.h"

namespace alidade {

/// Joint training of a detector on the sources of a recipe, in this process. The log has what
/// DetectorTrainer::train says, at checkpoints the losses on validation scenes, and with curve_every mAP@0.25
/// and
/// @0.5 of each source there; those of the test scenes are measured at the end.
Expected<TrainingTask> detector_training_task(const DetectorRecipe& recipe, const TrainingRequest& request,
                                              const JobContext& job);

/// What the sources of a recipe are: heads with their classes and levels, from the training sets.
Expected<DetectorConfig> recipe_detector(const DetectorRecipe& recipe, const TrainingRequest& request,
                                         const JobContext& job);

}  // namespace alidade
