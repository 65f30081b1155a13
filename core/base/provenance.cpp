// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/provenance.h"

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

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
    const auto recipe = parse_ordered_json(provenance.recipe, {});
    json["recipe"] = recipe ? *recipe : nlohmann::ordered_json(provenance.recipe);
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
  return json_text(json);
}

}  // namespace alidade
