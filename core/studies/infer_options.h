// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/diffusion/sampler.h"
#include "core/nn/ranking_model.h"
#include "core/studies/aggregate.h"

namespace alidade {

struct InferOptions {
  SamplerOptions sampler;
  int num_samples = 1;  ///< K
  Aggregation aggregation = Aggregation::kSingle;
  std::shared_ptr<RankingModel> ranker{};  ///< kRanked: of the same configuration as the model that samples
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

}  // namespace alidade
