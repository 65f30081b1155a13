// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/expected.h"
#include "core/experiments/study_experiment.h"
#include "core/papers/decompose/plan.h"
#include "core/papers/decompose/work.h"

namespace alidade::decompose {

/// `recipes` are those of the data: SET-train.toml, SET-val.toml, SET-test.toml.
struct StudyOptions : StudyOptionsOf<Study> {
  std::filesystem::path encoder;  ///< of images
};

/// The reproduction with these options, its networks by `work`. A new plan is fitted to 90 minutes (quick:
/// 18) on this machine, on ten categories too to half more, with every table to four times
/// that. Options that ask for another plan than the folder's,
/// or other recipes, are an Error (kUsage), and so are seeds and steps out of range.
Expected<std::unique_ptr<Experiment>> study_experiment(const StudyOptions& options,
                                                       std::shared_ptr<const StudyWork> work);

}  // namespace alidade::decompose
