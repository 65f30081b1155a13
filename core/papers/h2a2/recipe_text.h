// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include "core/papers/h2a2/plan.h"

namespace alidade::h2a2 {

/// Name of the recipe of a source's split, "train" or "test": scans-train.toml, of quick plans
/// quick-scans-train.toml. The data with known answers have one size.
std::string recipe_name(const Arm& arm, const StudySource& source, const std::string& split,
                        const StudySizes& sizes);

/// What a training is.
struct TrainingOrder {
  Arm arm;
  int seed = 1;
  std::optional<double> random_share{};  ///< of the control that shares at random
};

/// The recipe text of a training (docs/formats.md). Its paths are names of files beside it.
std::string training_text(const TrainingOrder& order, const StudySizes& sizes);

}  // namespace alidade::h2a2
