// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/studies/train.h"

namespace alidade {

/// Trains the energy network (GenPose's ranker) of the pose network that recipe.ranker names, on the recipe's
/// training data. The folder is that of `train` without accuracy.json; checkpoints are energy networks. With
/// validation data, the lines of metrics.jsonl at checkpoints and at the end say how well the averaged
/// weights rank (measure_ranking()). A stopped or killed run that is resumed ends with the same bits as an
/// uninterrupted one.
Expected<void> train_ranker(const TrainRecipe& recipe, const TrainOptions& options,
                            const DatasetReaders& readers, const JobContext& job);

}  // namespace alidade
