// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/experiments/step.h"
#include "core/papers/h2a2/plan.h"
#include "core/papers/h2a2/work.h"

namespace alidade::h2a2 {

/// Where a reproduction runs.
struct StudyPlaces {
  std::filesystem::path folder;   ///< steps/, runs/, contention/
  std::filesystem::path recipes;  ///< of the data: scans-train.toml, ...

  std::filesystem::path run(const std::string& name) const { return folder / "runs" / name; }
  std::filesystem::path checkpoint(const std::string& name) const { return run(name) / "final.safetensors"; }
};

/// The plan's steps as a graph of what they need of each other. Results are those of result_json.h, of a
/// training with the digest of its checkpoint; the history behind cosines lies in contention/ARM-sN.npz.
std::vector<Step> study_steps(const StudyPlan& plan, const StudyPlaces& places,
                              const std::shared_ptr<const StudyWork>& work);

}  // namespace alidade::h2a2
