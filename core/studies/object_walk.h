// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"

namespace alidade {

/// Called for the object at a position of a frame; false = enough.
using FrameObjectVisitor = std::function<Expected<bool>(const Frame& frame, std::size_t position)>;

/// Visits the annotated objects of the first `frames` frames (0 = all) in order and reports each frame under
/// the name `step`. Ends with the visitor's first Error, or that of a frame that cannot be read.
Expected<void> walk_objects(const Dataset& dataset, int frames, const FrameLayers& layers,
                            const std::string& step, const JobContext& job, const FrameObjectVisitor& visit);

}  // namespace alidade
