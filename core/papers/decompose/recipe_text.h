// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/base/expected.h"
#include "core/papers/decompose/arms.h"
#include "core/papers/decompose/groups.h"
#include "core/papers/decompose/plan.h"

namespace alidade::decompose {

/// A training of the reproduction.
struct TrainingOrder {
  Arm arm{};
  Branches branches{};
  int branch_hidden = 0;  ///< inner width of the branches; 0 = the network's
  int seed = 1;
  int steps = 0;
  int batch = 0;              ///< objects per step; 0 = as the sizes say
  bool keeps_series = false;  ///< all checkpoints, whose gradients will be looked at
  std::filesystem::path
      data{};  ///< the recipe of the training split; this and the next relative to the text's file
  std::filesystem::path encoder{};  ///< of images
};

/// The recipe text of a training: the one place that knows the keys of [decompose].
std::string training_text(const TrainingOrder& order, const StudySizes& sizes);

/// The inner width at which one branch for all has about as many parameters as the network of `grouped`,
/// whose recipe has the same sizes: asked of `parameters` by halving. An Error of it is passed on.
Expected<int> matching_width(
    const TrainingOrder& shared, const TrainingOrder& grouped, const StudySizes& sizes,
    const std::function<Expected<std::int64_t>(const std::string& text)>& parameters);

}  // namespace alidade::decompose
