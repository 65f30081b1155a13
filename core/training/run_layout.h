// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/results/training_history.h"

namespace alidade {

/// File of a run folder that says how the run is laid out. Runs of earlier versions lack it.
inline constexpr char kRunLayoutFile[] = "run.json";

/// The text of run.json: the version of the layout, the phases by name, and the numbers of threads that the
/// run was trained with, one after the other.
std::string run_layout_text(const std::vector<TrainingPhase>& phases, const std::vector<int>& threads);

/// Whether such a text has this version and these phases, whatever the threads.
bool is_run_layout(const std::string& text, const std::vector<TrainingPhase>& phases);

/// The threads in such a text, whoever wrote it; empty where it tells none.
std::vector<int> run_layout_threads(const std::string& text);

/// The phases in such a text, whoever wrote it; an Error naming `file` when it is none.
Expected<std::vector<TrainingPhase>> parse_run_layout(const std::string& text, const std::string& file);

}  // namespace alidade
