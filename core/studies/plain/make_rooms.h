// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/procedural/rooms/rooms_recipe.h"
#include "core/studies/plain/make_dataset.h"

namespace alidade {

struct MakeRoomsReport {
  std::size_t scenes = 0, boxes = 0, points = 0;
};

/// Writes a Rooms set in the layout of mmdetection3d (docs/indoor-data.md): points/, instance_mask/,
/// semantic_mask/ and rooms_infos_SPLIT.pkl. The set is built beside the output and moved there when
/// complete. The bytes depend on the recipe alone.
Expected<MakeRoomsReport> make_rooms(const RoomsRecipe& recipe, const MakeDatasetOptions& options,
                                     const JobContext& job);

}  // namespace alidade
