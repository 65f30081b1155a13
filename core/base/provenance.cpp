// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/provenance.h"

#include <nlohmann/json.hpp>

namespace alidade {

Provenance current_provenance() {
  Provenance provenance;
  provenance.version = ALIDADE_VERSION;
  return provenance;
}

std::string to_json(const Provenance& provenance) {
  nlohmann::ordered_json json;
  json["alidade"] = provenance.version;
  if (!provenance.recipe.empty()) {
    const auto recipe = nlohmann::ordered_json::parse(provenance.recipe, nullptr, false);
    json["recipe"] = recipe.is_discarded() ? nlohmann::ordered_json(provenance.recipe) : recipe;
  }
  json["seed"] = provenance.seed;
  const auto put = [&json](const char* key, const std::string& value) {
    if (!value.empty()) {
      json[key] = value;
    }
  };
  put("checkpoint", provenance.checkpoint);
  put("checkpoint_sha256", provenance.checkpoint_sha256);
  put("dataset", provenance.dataset);
  put("dataset_sha256", provenance.dataset_sha256);
  return json.dump();
}

}  // namespace alidade
