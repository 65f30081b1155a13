// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "core/base/expected.h"
#include "core/base/strict_toml.h"

namespace alidade {

/// A key of a recipe of procedural data with its allowed range (of numbers).
struct RecipeField {
  const char* key;
  std::variant<std::string*, std::uint64_t*, int*, double*> value;
  double low = 0.0, high = 0.0;
};

/// The key as the strict reader takes it.
TomlKey recipe_key(const RecipeField& field);
/// kInput, naming the first key whose number is outside its range.
Expected<void> check_ranges(std::span<const RecipeField> fields, const std::string& file);
/// kInput unless the name of a split has 1 to 32 letters, digits, '-' or '_'.
Expected<void> check_split(const std::string& split, const std::string& file);
/// kInput when min_`what` is above max_`what`.
Expected<void> check_order(double low, double high, const char* what, const std::string& file);
/// The sentence for what the strict reader did not take.
Error recipe_problem(const TomlProblem& problem, const std::string& file);

}  // namespace alidade
