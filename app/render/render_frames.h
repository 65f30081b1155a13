// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/render/frame_series.h"
#include "app/render/render_recipe.h"
#include "core/base/job.h"
#include "core/data/dataset_reader.h"

namespace alidade {

/// Renders the recipe once for each frame of the series, as if it named that frame, and prints the files and
/// the line that makes a video of pictures. Each file is complete or absent; those written before a stop or
/// an error stay. kUsage, before anything is written, for kinds of figures that are not of one frame, for
/// frames that the dataset lacks, and for files that exist already without `force`.
Expected<void> render_frames(const RenderRecipe& recipe, const FrameSeries& series, bool force,
                             const DatasetReaders& readers, const JobContext& job);

}  // namespace alidade
