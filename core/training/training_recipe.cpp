// SPDX-License-Identifier: BSD-3-Clause
#include "core/training/training_recipe.h"

namespace alidade {
namespace {

constexpr std::int64_t kMostStepsBetween = 1000000;

TomlKey keep_key(KeepCheckpoints& target) {
  using Mode = KeepCheckpoints::Mode;
  return {"\"last\", \"all\" or a number of steps", [&target](const TomlValue& value) {
            int every = 0;
            if (toml_choice(target.mode, {{"last", Mode::kLast}, {"all", Mode::kAll}}).take(value)) {
              return true;
            }
            if (!toml_whole(every, 1, kMostStepsBetween).take(value)) {
              return false;
            }
            target = {Mode::kEvery, every};
            return true;
          }};
}

}  // namespace

bool KeepCheckpoints::keeps(std::int64_t step) const {
  return mode == Mode::kAll || (mode == Mode::kEvery && step % every == 0);
}

TomlKeys loop_keys(LoopOptions& target) {
  return {{"seed", toml_whole(target.seed, 0, INT64_MAX)},
          {"log_every", toml_whole(target.log_every, 1, kMostStepsBetween)},
          {"checkpoint_every", toml_whole(target.checkpoint_every, 1, kMostStepsBetween)},
          {"keep_checkpoints", keep_key(target.keep)}};
}

Expected<void> check_loop_options(const LoopOptions& options, const std::string& file) {
  if (options.keep.mode == KeepCheckpoints::Mode::kEvery &&
      options.keep.every % options.checkpoint_every != 0) {
    return input_error(
        file, "[training] keep_checkpoints",
        std::to_string(options.keep.every) + " steps are no whole multiple of checkpoint_every",
        "make them one, with checkpoint_every = " + std::to_string(options.checkpoint_every));
  }
  return {};
}

Error recipe_error(const TomlProblem& problem, const std::string& file, const std::string& sections) {
  const std::string line = "line " + std::to_string(problem.line);
  const std::string key = problem.section.empty() ? problem.key : problem.section + "." + problem.key;
  switch (problem.kind) {
    case TomlProblem::Kind::kSyntax:
      return input_error(file, line, "not valid TOML (" + problem.expected + ")", "correct the recipe");
    case TomlProblem::Kind::kUnknownSection:
      return input_error(file, "[" + problem.section + "]", "unknown section", "use " + sections);
    case TomlProblem::Kind::kUnknownKey:
      return input_error(file, line + ", " + key, "unknown key",
                         "see docs/formats.md for the keys of a training recipe");
    default:
      return input_error(file, line + ", " + key, "the value has the wrong type or is out of range",
                         "see docs/formats.md for its range");
  }
}

}  // namespace alidade
