// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace alidade {

/// One quantity of a training run over its steps.
struct TrainingSeries {
  std::string name;            ///< as in the log, levels joined: "train/score", "guided/5deg2cm"
  std::vector<double> steps;   ///< whole numbers, strictly rising
  std::vector<double> values;  ///< one per step, in the log's unit; NaN is a gap: null or not finite there
  /// Ends of the band that a value lies in, one per step; empty = none is known.
  std::vector<double> low{}, high{};
};

/// A part of a training that does the same all along.
struct TrainingPhase {
  std::string name;
  std::int64_t steps = 0;
  std::vector<std::string> idle;  ///< losses that it does not train and logs as 0: gaps
};

/// What the log of a training run says (docs/formats.md, "Training runs"). Immutable once made.
struct TrainingHistory {
  std::string name;           ///< of the run's folder
  std::string folder;         ///< path
  std::string recipe_sha256;  ///< of recipe.toml; empty without one
  /// Equal for runs whose recipes say the same but for the seed (comments and order do not count): the seeds
  /// of one arm. Empty without a recipe.
  std::string arm;
  std::optional<std::uint64_t> seed;
  std::vector<TrainingPhase> phases;  ///< one after the other; empty = unknown
  std::int64_t total_steps = 0;       ///< of them; 0 = unknown
  std::int64_t last_step = 0;         ///< of the last record; 0 before the first one
  std::vector<TrainingSeries> series;
  std::vector<TrainingSeries> accuracies;  ///< shares in [0, 1], measured now and then
  std::vector<std::string> problems;       ///< what had to be left out: one sentence each, with its line

  /// The last step that the recipe asks for has been taken.
  bool finished() const { return total_steps > 0 && last_step >= total_steps; }
};

}  // namespace alidade
