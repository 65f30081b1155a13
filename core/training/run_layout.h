// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/results/training_history.h"

namespace alidade {

/// File of a run folder that says how the run is laid out. Runs of earlier versions lack it.
inline constexpr char kRunLayoutFile[] = "run.json";

/// The text of run.json: the version of the layout, and the phases by name.
std::string run_layout_text(const std::vector<TrainingPhase>& phases);

/// The phases in such a text, whoever wrote it; an Error naming `file` when it is none.
Expected<std::vector<TrainingPhase>> parse_run_layout(const std::string& text, const std::string& file);

}  // namespace alidade
