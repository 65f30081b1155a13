// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/results/pose_result.h"
#include "core/studies/track.h"

namespace alidade {

/// What `alidade infer` prints. `tracked` (null without --track) adds accuracy and rate of single frames
/// beside those of tracking; `result` is then that of tracking.
void print_infer_text(const PoseResult& result, const TrackResult* tracked);
void print_infer_json(const PoseResult& result, const std::vector<std::string>& problems,
                      const TrackResult* tracked);

}  // namespace alidade
