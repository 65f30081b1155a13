// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/exchange/pose_table.h"

namespace alidade {

Provenance parse_provenance(const std::string& json) {
  constexpr std::size_t kLongest = 1 << 20;
  Provenance provenance;
  if (json.size() > kLongest) {
    return provenance;
  }
  const auto parsed = parse_ordered_json(json, {});
  if (!parsed || !parsed->is_object()) {
    return provenance;
  }
  const nlohmann::ordered_json& object = *parsed;
  const auto text = [&object](const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  provenance.version = text("alidade");
  provenance.checkpoint = text("checkpoint");
  provenance.checkpoint_sha256 = text("checkpoint_sha256");
  provenance.dataset = text("dataset");
  provenance.dataset_sha256 = text("dataset_sha256");
  if (const auto seed = object.find("seed"); seed != object.end() && seed->is_number_unsigned()) {
    provenance.seed = seed->get<std::uint64_t>();
  }
  if (const auto recipe = object.find("recipe"); recipe != object.end()) {
    provenance.recipe = recipe->is_string() ? recipe->get<std::string>() : json_text(*recipe);
  }
  return provenance;
}

}  // namespace alidade
