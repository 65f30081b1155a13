// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/papers/mqat/network_shelf.h"
#include "core/papers/mqat/work.h"

namespace alidade::mqat {

/// StudyWork::latency: image to head tensors of a keypoint network from packed weights, beside the same in
/// float32.
Expected<MeasuredLatency> latency_of_network(NetworkShelf& shelf, const LatencyOrder& order,
                                             const JobContext& job);

}  // namespace alidade::mqat
