// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"
#include "core/results/training_history.h"

namespace alidade {

/// What a plot wants to know of a run's recipe.
struct RecipeFacts {
  std::string sha256;                 ///< of the text
  std::string arm;                    ///< of what it says but for the seed; comments and order do not count
  std::optional<std::uint64_t> seed;  ///< as written
  /// Of a run that has no run.json: earlier versions trained pose networks and their rankers only.
  std::vector<TrainingPhase> phases;
};

/// Reads a training recipe of any version: keys that are not known do not matter. An Error when it is not
/// TOML.
Expected<RecipeFacts> recipe_facts(const std::string& text, const std::string& file);

/// The line with null in the place of numbers that JSON has no word for: NaN, Infinity, and what no double
/// can hold.
std::string with_gaps(std::string_view line);

/// A key as the name of a series: without control characters, and short.
std::string plain_name(const std::string& key);

/// Whether the series is the loss of something that the phase of this step does not train.
bool is_idle(const std::string& name, double step, const std::vector<TrainingPhase>& phases);

}  // namespace alidade
