// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/experiments/step_graph.h"

namespace alidade {

/// Digests of results by name of their step.
using ResultDigests = std::map<std::string, std::string>;

/// What a step's result depends on: its recipe and the results of what it needs.
std::string recipe_digest(const nlohmann::ordered_json& recipe, const ResultDigests& needs);
std::string result_digest(const nlohmann::ordered_json& result);

/// The results in a folder: steps/NAME.json with the step's recipe, the results it was made from and the
/// digests of all. Reading is safe from several threads, and so is keeping results of different steps.
class StepStore {
 public:
  /// Reads what is there of the graph's steps. A file that cannot be read counts as missing. A result that
  /// was edited is removed with those of all steps that need it, and the log says so. An Error when a result
  /// is one of an earlier version.
  static Expected<StepStore> open(const std::filesystem::path& folder, const StepGraph& graph);

  /// The result of a step when it was made by the recipe of this digest, or nullptr.
  const nlohmann::ordered_json* find(const std::string& step, const std::string& recipe_sha256) const;

  Expected<void> keep(const std::string& step, const nlohmann::ordered_json& recipe,
                      const ResultDigests& needs, const nlohmann::ordered_json& result) const;

 private:
  struct Stored;

  explicit StepStore(const std::filesystem::path& folder) : folder_(folder / "steps") {}
  std::filesystem::path path_of(const std::string& step) const { return folder_ / (step + ".json"); }
  Expected<void> read(const StepGraph& graph);
  Expected<void> forget_edited(const StepGraph& graph);
  Expected<void> forget(const std::string& step);

  std::filesystem::path folder_;
  std::map<std::string, std::shared_ptr<const Stored>> stored_;
};

}  // namespace alidade
