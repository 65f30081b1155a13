// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/expected.h"

namespace alidade {

/// What a plot wants to know of a run's recipe.
struct RecipeFacts {
  std::string sha256;                 ///< of the text
  std::string arm;                    ///< of what it says but for the seed; comments and order do not count
  std::optional<std::uint64_t> seed;  ///< as written
  std::int64_t pretrain_steps = 0;
  std::int64_t total_steps = 0;
};

/// Reads a training recipe of any version: keys that are not known do not matter. An Error when it is not
/// TOML.
Expected<RecipeFacts> recipe_facts(const std::string& text, const std::string& file);

/// The line with null in the place of numbers that JSON has no word for: NaN, Infinity, and what no double
/// can hold.
std::string with_gaps(std::string_view line);

/// A key as the name of a series: without control characters, and short.
std::string plain_name(const std::string& key);

/// Whether the series is the loss of the score.
bool is_score_loss(const std::string& name);

}  // namespace alidade
