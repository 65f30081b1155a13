// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/papers/h2a2/scene_shelf.h"

namespace alidade::h2a2 {

/// StudyWork::train with scenes of the shelf.
Expected<TrainedNetwork> train_run(SceneShelf& shelf, const std::filesystem::path& run,
                                   const std::string& text, const std::filesystem::path& file,
                                   const JobContext& job);

/// What the checkpoint and the log of a run that has ended say.
Expected<TrainedNetwork> trained_network(const std::filesystem::path& run, const JobContext& job);

/// StudyWork::timing and StudyWork::costs.
Expected<Timing> time_training(SceneShelf& shelf, const TimingOrder& order, const JobContext& job);
Expected<StudyCosts> measure_study_costs(SceneShelf& shelf, const std::string& joint,
                                         const std::string& selected, const std::filesystem::path& file,
                                         const std::vector<SourceScenes>& tests, const JobContext& job);

}  // namespace alidade::h2a2
