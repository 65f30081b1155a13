// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/job.h"

namespace alidade {

/// Results of steps by name: JSON objects.
using StepResults = std::map<std::string, nlohmann::ordered_json>;

/// A result, or nullptr.
const nlohmann::ordered_json* find_result(const StepResults& results, const std::string& step);

/// What a step's functions are called with.
struct StepInput {
  const StepResults& needs;  ///< of the steps that it needs, all of them
  int worker;                ///< 0 .. workers - 1; one step at a time on each
  const JobContext& job;
};

/// One resumable piece of an experiment; its result is kept in steps/NAME.json.
struct Step {
  std::string name;                  ///< letters, digits, "-", "_" and "."; unique
  std::vector<std::string> needs{};  ///< names of the steps whose results it takes
  bool alone = false;                ///< nothing runs beside it: what is timed
  double seconds = 0.0;              ///< estimate

  /// What decides the result, as JSON; it may follow from the results of the needs. A stored result made by
  /// another recipe, or from other results of the needs, does not count.
  std::function<Expected<nlohmann::ordered_json>(const StepInput&)> recipe{};
  /// Does the step as `recipe` says; gives a JSON object. Asks the job for the stop.
  std::function<Expected<nlohmann::ordered_json>(const nlohmann::ordered_json& recipe, const StepInput&)>
      run{};
};

}  // namespace alidade
