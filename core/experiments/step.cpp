// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/step.h"

#include <nlohmann/json.hpp>

namespace alidade {

const nlohmann::ordered_json* find_result(const StepResults& results, const std::string& step) {
  const auto found = results.find(step);
  return found == results.end() ? nullptr : &found->second;
}

}  // namespace alidade
