// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/results/training_history.h"

namespace alidade {

std::int64_t total_steps(const std::vector<TrainingPhase>& phases);

/// The phase that step `step` (from 0) belongs to; the last one beyond the end. There must be one.
std::size_t phase_at(const std::vector<TrainingPhase>& phases, std::int64_t step);

/// An Error naming `file` where two phases have one name, one has none, or there is no step in any.
Expected<void> check_phases(const std::vector<TrainingPhase>& phases, const std::string& file);

}  // namespace alidade
