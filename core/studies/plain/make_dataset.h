// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/procedural/procedural_recipe.h"

namespace alidade {

struct MakeDatasetOptions {
  std::filesystem::path output;
  int threads = 2;
  bool force = false;  ///< replace what is at `output`
};

struct MakeDatasetReport {
  std::size_t frames = 0, instances = 0, models = 0;
};

/// Writes a procedural set in the BOP layout, scenewise, with NOCS maps and the extension keys of
/// docs/formats.md. The set is built beside `output` and moved there when complete, so that a stop or a crash
/// leaves nothing half. The bytes depend on the recipe alone, not on the number of threads.
Expected<MakeDatasetReport> make_dataset(const ProceduralRecipe& recipe, const MakeDatasetOptions& options,
                                         const JobContext& job);

}  // namespace alidade
