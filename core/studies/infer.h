// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/diffusion/sampler.h"
#include "core/results/pose_result.h"
#include "core/studies/aggregate.h"

namespace alidade {

class EnergyNetwork;
class PoseNetwork;

struct InferOptions {
  SamplerOptions sampler;
  int num_samples = 1;  ///< K
  Aggregation aggregation = Aggregation::kSingle;
  EnergyNetwork* ranker = nullptr;  ///< kRanked: of the same architecture as the pose network
  std::uint64_t seed = 0;
  bool from_regression = false;     ///< warm start: the noise is added to the regression head's pose
  int num_points = 0;               ///< 0 = what the checkpoint was trained with
  std::vector<std::size_t> frames;  ///< empty = all
};

/// Sampler defaults for a demonstration: DDIM in exponential form, 20 steps, exponential guidance 1 to 15.
SamplerOptions default_sampler();

/// What the window and the command line do when nothing else is asked: 50 guided samples, the first of which
/// is the estimate (the score-scaling paper's single sample), the others show the distribution.
InferOptions default_infer_options();

/// Estimates every annotated object of the dataset that has a mask and depth. The noise of an object depends
/// only on (seed, frame name, instance), so subsets give the same numbers as the whole. Objects that cannot
/// be estimated (no depth, fewer than 32 points) are listed in PoseResult::skipped.
Expected<std::shared_ptr<const PoseResult>> infer_poses(const Dataset& dataset, PoseNetwork& network,
                                                        const InferOptions& options, const JobContext& job);

}  // namespace alidade
