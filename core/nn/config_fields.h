// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <set>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/json_text.h"

namespace alidade {

// Configurations of networks in the metadata of their checkpoints. `fields(config, visit)` calls visit(key,
// member) for every key: one list serves writing, reading and the check for strangers.
// Whoever uses these includes <nlohmann/json.hpp> before.

template <class Config, class Fields>
std::string config_text(const Config& config, const Fields& fields) {
  nlohmann::ordered_json json;
  fields(config, [&json](const char* key, const auto& value) { json[key] = value; });
  return json_text(json);
}

/// Strict: every key, no other one, values that are written as they were read. An Error (kInput) names the
/// key.
template <class Config, class Fields>
Expected<Config> config_from_text(const std::string& text, const Fields& fields) {
  const auto other_version = [](const std::string& problem) {
    return Error{ErrorCode::kInput, problem + "; the checkpoint belongs to another version."};
  };
  const auto parsed = parse_ordered_json(text, "configuration");
  if (!parsed || !parsed->is_object()) {
    return other_version("expected a JSON object without a key twice");
  }
  Config config;
  std::set<std::string> known;
  std::string wrong;
  fields(config, [&](const char* key, auto& value) {
    known.insert(key);
    try {
      parsed->at(key).get_to(value);
      // Names that are none become the first of an enumeration, fractions whole numbers: said, not taken.
      if (nlohmann::ordered_json(value) != parsed->at(key)) {
        wrong = key;
      }
    } catch (const nlohmann::json::exception&) {
      wrong = key;
    }
  });
  if (!wrong.empty()) {
    return other_version("key \"" + wrong + "\" is missing or holds nothing that is known");
  }
  for (const auto& item : parsed->items()) {
    if (!known.contains(item.key())) {
      return other_version("unknown key \"" + item.key() + "\"");
    }
  }
  return config;
}

}  // namespace alidade
