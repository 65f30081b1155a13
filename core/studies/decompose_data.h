// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/decompose/decompose_sample.h"
#include "core/studies/decompose_recipe.h"

namespace alidade {

/// The frozen encoder that a recipe asks for; null without color. A random one has the shape of
/// "encoder_small", or "encoder_tiny" where the network's features are that narrow.
Expected<std::shared_ptr<ImageEncoder>> recipe_encoder(const DecomposeRecipe& recipe);

/// Which objects of a dataset are read.
struct DecomposeSelection {
  int frames = 0;  ///< the first ones; 0 = all
  double min_visible_fraction = 0.15;
  std::uint64_t seed = 0;  ///< of the choice of points
};

/// Reads objects into memory with their frozen features, on two threads, in the order of frames and instances
/// whatever the threads do. Objects seen too little, or with too few measured pixels, are left out. kInput
/// when none is left.
Expected<std::vector<DecomposeSample>> collect_decompose_samples(const Dataset& dataset,
                                                                 const DecomposeSampler& sampler,
                                                                 const FrameLayers& layers,
                                                                 const DecomposeSelection& selection,
                                                                 const JobContext& job);

}  // namespace alidade
