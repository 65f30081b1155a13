// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/job.h"
#include "core/data/point_scene.h"

namespace alidade {

/// Opens an info file, or all those of a folder as one set whose scenes know their splits. Looks for every
/// point file, reads none.
Expected<std::shared_ptr<const PointSceneSet>> open_indoor_set(const std::filesystem::path& path,
                                                               const JobContext& job);

}  // namespace alidade
