// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "core/base/expected.h"
#include "core/base/strict_toml.h"

namespace alidade {

/// Which checkpoints a run keeps besides the last three.
struct KeepCheckpoints {
  enum class Mode { kLast, kAll, kEvery };
  Mode mode = Mode::kLast;  ///< kLast: no others
  int every = 0;            ///< kEvery: those after a whole multiple of so many steps

  bool keeps(std::int64_t step) const;
};

/// What every training recipe says in [training], whatever is trained.
struct LoopOptions {
  std::uint64_t seed = 0;
  int log_every = 50;           ///< steps
  int checkpoint_every = 1000;  ///< steps
  KeepCheckpoints keep;
};

/// The keys of [training] for them: seed, log_every, checkpoint_every, keep_checkpoints.
TomlKeys loop_keys(LoopOptions& target);

/// An Error naming `file` where checkpoints shall be kept that are not made.
Expected<void> check_loop_options(const LoopOptions& options, const std::string& file);

/// The sentence for a problem of a training recipe; `sections` are those it may have, in words.
Error recipe_error(const TomlProblem& problem, const std::string& file, const std::string& sections);

}  // namespace alidade
