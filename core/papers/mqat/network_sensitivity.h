// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/papers/mqat/network_shelf.h"
#include "core/papers/mqat/work.h"

namespace alidade::mqat {

/// StudyWork::sensitivity.
Expected<std::vector<SweepSensitivity>> sensitivity_of_network(NetworkShelf& shelf,
                                                               const SensitivityOrder& order,
                                                               const JobContext& job);

}  // namespace alidade::mqat
