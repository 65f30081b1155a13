// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/recipe_fields.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace alidade {
namespace {

constexpr char kValueRemedy[] = "correct the value; docs/user/command-line.md lists the keys of a recipe";

std::string number_text(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace

TomlKey recipe_key(const RecipeField& field) {
  if (auto* const* text = std::get_if<std::string*>(&field.value)) {
    return toml_text(**text);
  }
  if (auto* const* real = std::get_if<double*>(&field.value)) {
    return toml_number(**real);  // check_ranges() knows the range
  }
  const auto low = static_cast<std::int64_t>(field.low), high = static_cast<std::int64_t>(field.high);
  auto* const* whole = std::get_if<int*>(&field.value);
  return whole != nullptr ? toml_whole(**whole, low, high)
                          : toml_whole(**std::get_if<std::uint64_t*>(&field.value), low, high);
}

Expected<void> check_ranges(std::span<const RecipeField> fields, const std::string& file) {
  for (const auto& field : fields) {
    double value = 0.0;
    if (auto* const* real = std::get_if<double*>(&field.value)) {
      value = **real;
    } else if (auto* const* whole = std::get_if<int*>(&field.value)) {
      value = **whole;
    } else {
      continue;
    }
    if (!(value >= field.low && value <= field.high)) {
      return input_error(
          file, std::string("key \"") + field.key + "\"",
          number_text(value) + " is outside " + number_text(field.low) + " to " + number_text(field.high),
          kValueRemedy);
    }
  }
  return {};
}

Expected<void> check_split(const std::string& split, const std::string& file) {
  const auto is_safe = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; };
  if (split.empty() || split.size() > 32 || !std::all_of(split.begin(), split.end(), is_safe)) {
    return input_error(file, "key \"split\"", "expected 1 to 32 letters, digits, '-' or '_'",
                       "name the split, as in \"train\"");
  }
  return {};
}

Expected<void> check_order(double low, double high, const char* what, const std::string& file) {
  if (low > high) {
    return input_error(file, std::string("keys min_") + what + " and max_" + what,
                       "the minimum is above the maximum", "swap or correct them");
  }
  return {};
}

Error recipe_problem(const TomlProblem& problem, const std::string& file) {
  const std::string line = "line " + std::to_string(problem.line);
  switch (problem.kind) {
    case TomlProblem::Kind::kSyntax:
      return input_error(file, line, "not a TOML file (" + problem.expected + ")", "correct that line");
    case TomlProblem::Kind::kBadValue:
      return input_error(file, "key \"" + problem.key + "\"", "expected " + problem.expected, kValueRemedy);
    default:
      return input_error(file, line, "unknown key \"" + problem.key + "\"",
                         "remove it; docs/user/command-line.md lists the keys of a recipe");
  }
}

}  // namespace alidade
