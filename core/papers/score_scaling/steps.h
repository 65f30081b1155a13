// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset_reader.h"
#include "core/experiments/step.h"
#include "core/nn/pose_diffusion/energy_network.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "core/papers/score_scaling/plan.h"
#include "core/studies/track.h"
#include "core/training/sample_order.h"

namespace alidade::score_scaling {

/// Where a reproduction runs, and what its steps share.
struct ReproduceWork {
  std::filesystem::path folder;   ///< steps/, runs/
  std::filesystem::path recipes;  ///< folder of the training recipes
  ReproduceSizes sizes;
  const DatasetReaders& readers;

  /// The training samples of one seed, read once for its trainings.
  std::optional<std::pair<int, std::vector<TrainingSample>>> samples{};
  /// The test split.
  std::shared_ptr<const Dataset> test{};

  std::filesystem::path run_folder(const std::string& arm, int seed) const;
  std::filesystem::path checkpoint(const std::string& arm, int seed) const;
  std::filesystem::path ranker(int seed) const;
  Expected<TrainRecipe> recipe(const std::string& arm, int seed) const;
  Expected<const std::vector<TrainingSample>*> training_samples_of(int seed, const JobContext& job);
  Expected<std::shared_ptr<const Dataset>> test_data(const JobContext& job);
  /// Trains as the recipe says in run_folder(name, seed) with the training samples of the seed, or goes on
  /// with the run of that very recipe that is there; what another one left is removed.
  Expected<void> train(const std::string& name, int seed, const TrainRecipe& recipe, SampleDraw draw,
                       const JobContext& job);
};

/// The plan's steps as a graph of what they need of each other, for so many workers.
std::vector<Step> graph_steps(const ReproducePlan& plan, const std::filesystem::path& folder,
                              const std::filesystem::path& recipes, const DatasetReaders& readers,
                              int workers);

/// What decides a step's result, as JSON: sizes, sampler, digests of recipe, data and checkpoints. Fails when
/// a checkpoint that the step needs is not there.
Expected<nlohmann::ordered_json> recipe_of(ReproduceWork& work, const ReproduceStep& step,
                                           const JobContext& job);

/// Does the step; its result as JSON.
Expected<nlohmann::ordered_json> run_step(ReproduceWork& work, const ReproduceStep& step,
                                          const JobContext& job);

// The steps themselves.
Expected<nlohmann::ordered_json> run_training(ReproduceWork& work, const ReproduceStep& step,
                                              const JobContext& job);
Expected<nlohmann::ordered_json> run_ranker(ReproduceWork& work, const ReproduceStep& step,
                                            const JobContext& job);
/// Table 2: all settings of one training on the same samples.
Expected<nlohmann::ordered_json> run_table(ReproduceWork& work, const ReproduceStep& step,
                                           const JobContext& job);
/// Fig. 4d.
Expected<nlohmann::ordered_json> run_sweep(ReproduceWork& work, const ReproduceStep& step,
                                           const JobContext& job);
/// Fig. 8 and 9.
Expected<nlohmann::ordered_json> run_schedules(ReproduceWork& work, const ReproduceStep& step,
                                               const JobContext& job);
/// Speed and parameters of Table 2.
Expected<nlohmann::ordered_json> run_timing(ReproduceWork& work, const JobContext& job);

/// Fig. 7: what the encoders of one seed make of the test objects.
Expected<nlohmann::ordered_json> run_features(ReproduceWork& work, const ReproduceStep& step,
                                              const JobContext& job);

/// Measures what the work costs here: a few steps of training and a few objects.
Expected<ReproduceCosts> measure_costs(ReproduceWork& work, const JobContext& job);

/// GenPose's ranker on box poses of one object: the average of the best 60 %.
Rigid3 ranked_mean(EnergyNetwork& ranker, const ObjectPoints& points, const std::vector<Rigid3>& poses);

}  // namespace alidade::score_scaling
