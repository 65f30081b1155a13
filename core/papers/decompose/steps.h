// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/experiments/step.h"
#include "core/papers/decompose/plan.h"
#include "core/papers/decompose/work.h"

namespace alidade::decompose {

/// Where a reproduction runs.
struct StudyPlaces {
  std::filesystem::path folder;   ///< steps/, runs/, contention/
  std::filesystem::path recipes;  ///< of the data: SET-train.toml, ...
  std::filesystem::path encoder;  ///< of images, frozen

  std::filesystem::path run(const std::string& name) const { return folder / "runs" / name; }
  std::filesystem::path checkpoint(const std::string& name) const { return run(name) / "final.safetensors"; }
  std::filesystem::path data(const StudySet& set, const char* split) const {
    return recipes / (set.recipe + "-" + split + ".toml");
  }
};

/// The plan's steps as a graph of what they need of each other. Results:
///   train        checkpoint_sha256, groups and capacities
///   evaluate     objects, skipped, categories and mean: shares by metric
///   contention   gradient_summary(); the history lies in contention/SET-ARM-sN.npz
///   reference    checkpoint_sha256
///   difficulty   accuracy on validation frames, and difficulty by category
///   pilot        accuracy on validation frames, groups
///   grouping     groups, capacities and what happened at the boundaries
///   effects      changes: relative change of each held-out loss [trained][category]
std::vector<Step> study_steps(const StudyPlan& plan, const StudyPlaces& places,
                              const std::shared_ptr<const StudyWork>& work);

}  // namespace alidade::decompose
