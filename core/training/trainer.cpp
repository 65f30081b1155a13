// SPDX-License-Identifier: BSD-3-Clause
#include "core/training/trainer.h"

#include <nlohmann/json.hpp>

namespace alidade {

NamedValues Trainer::validate() {
  return {};
}

bool Trainer::is_measured(int /*step*/) const {
  return false;
}

Expected<nlohmann::ordered_json> Trainer::measure(const JobContext& /*job*/) {
  return nlohmann::ordered_json::object();
}

Expected<nlohmann::ordered_json> Trainer::measure_at_end(const JobContext& /*job*/) {
  return nlohmann::ordered_json();
}

}  // namespace alidade
