// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/papers/h2a2/scene_shelf.h"

namespace alidade::h2a2 {

// StudyWork's functions of these names, with scenes of the shelf.
Expected<Evaluation> evaluate_run(SceneShelf& shelf, const EvaluationOrder& order, const JobContext& job);
Expected<KernelSharing> sharing_of_run(SceneShelf& shelf, const SceneOrder& order, const JobContext& job);
Expected<std::shared_ptr<const ContentionHistory>> cosines_of_run(SceneShelf& shelf, const CosineOrder& order,
                                                                  const JobContext& job);
Expected<std::vector<LayerResponse>> responses_of_run(const std::filesystem::path& checkpoint, int seed);
Expected<Interventions> intervene_in_run(SceneShelf& shelf, const SceneOrder& order, const JobContext& job);

/// Samples of the test scenes of every source of a network, in its order.
Expected<std::vector<std::vector<DetectorSample>>> samples_of_sources(
    SceneShelf& shelf, const DetectorConfig& config, const std::vector<SourceScenes>& sources, int scenes,
    int points, const JobContext& job);
/// What SF-KS decides in samples of all sources.
Expected<KernelSharing> sharing_in(DetectorNetwork& network,
                                   const std::vector<std::vector<DetectorSample>>& samples,
                                   const JobContext& job);

}  // namespace alidade::h2a2
