// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/json_fields.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include <nlohmann/json.hpp>

namespace alidade {

using nlohmann::ordered_json;

JsonFields::JsonFields(const ordered_json& json, std::string where,
                       std::initializer_list<std::string_view> known, FirstProblem& problem)
    : json_(json), where_(std::move(where)), problem_(problem) {
  if (!json.is_object()) {
    problem_.note(where_, "expected an object", "write {...} with its fields");
    return;
  }
  for (const auto& [key, value] : json.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      refuse(key, "there is no such field", "see docs/formats.md for those that there are");
      return;
    }
  }
}

const ordered_json* JsonFields::find(const char* key) const {
  if (problem_ || !json_.is_object()) {
    return nullptr;
  }
  const auto found = json_.find(key);
  return found == json_.end() ? nullptr : &*found;
}

std::string JsonFields::place(const std::string& key) const {
  return where_.empty() || key.empty() ? where_ + key : where_ + "." + key;
}

std::string JsonFields::text(const char* key, std::size_t most) {
  const ordered_json* value = find(key);
  if (value == nullptr) {
    return {};
  }
  if (!value->is_string() || value->get_ref<const std::string&>().size() > most) {
    refuse(key, "expected a text of at most " + std::to_string(most) + " bytes", "write it in quotes");
    return {};
  }
  return value->get<std::string>();
}

std::string JsonFields::name(const char* key) {
  std::string value = text(key);
  if (value.empty()) {
    refuse(key, "expected a name", "write it in quotes");
  }
  return value;
}

std::size_t JsonFields::choice(const char* key, std::span<const std::string_view> names) {
  const std::string value = text(key);
  const auto found = std::find(names.begin(), names.end(), value);
  if (found != names.end()) {
    return static_cast<std::size_t>(found - names.begin());
  }
  std::string all;
  for (const std::string_view name : names) {
    all += (all.empty() ? "\"" : ", \"") + std::string(name) + "\"";
  }
  refuse(key, "expected one of " + all, "name one of them");
  return 0;
}

std::int64_t JsonFields::count(const char* key) {
  const ordered_json* value = find(key);
  if (value == nullptr) {
    return 0;
  }
  const double number = value->is_number_integer() ? value->get<double>() : -1.0;
  if (!(number >= 0.0 && number <= static_cast<double>(kMostCount))) {
    refuse(key, "expected a whole number from 0 to 2^53", "give the number itself");
    return 0;
  }
  return static_cast<std::int64_t>(number);
}

std::uint64_t JsonFields::seed(const char* key) {
  const ordered_json* value = find(key);
  if (value != nullptr && !value->is_number_unsigned()) {
    refuse(key, "expected a whole number from 0", "give the number itself");
    return 0;
  }
  return value != nullptr ? value->get<std::uint64_t>() : 0;
}

double JsonFields::number(const char* key, double least, double most) {
  const ordered_json* value = find(key);
  if (value == nullptr || value->is_null()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double number = value->is_number() ? value->get<double>() : std::numeric_limits<double>::quiet_NaN();
  if (!(number >= least && number <= most)) {
    char range[80];
    std::snprintf(range, sizeof range, "expected a number from %g to %g, or null", least, most);
    refuse(key, range, "write null for what is unknown");
    return std::numeric_limits<double>::quiet_NaN();
  }
  return number;
}

double JsonFields::required(const char* key, double least, double most) {
  const double value = number(key, least, most);
  if (!std::isfinite(value)) {
    refuse(key, "expected a number", "give the number itself");
    return 0.0;
  }
  return value;
}

std::vector<std::string> JsonFields::texts(const char* key, std::size_t most) {
  std::vector<std::string> values;
  const ordered_json* entries = list(key, most);
  if (entries == nullptr) {
    return values;
  }
  for (const ordered_json& entry : *entries) {
    if (!entry.is_string() || entry.get_ref<const std::string&>().empty() ||
        entry.get_ref<const std::string&>().size() > kLongestText) {
      refuse(std::string(key) + "[" + std::to_string(values.size()) + "]", "expected a name",
             "write it in quotes");
      return {};
    }
    values.push_back(entry.get<std::string>());
  }
  return values;
}

const ordered_json* JsonFields::list(const char* key, std::size_t most) {
  const ordered_json* value = find(key);
  if (value != nullptr && (!value->is_array() || value->size() > most)) {
    refuse(key, "expected a list of at most " + std::to_string(most) + " entries", "write [...]");
    return nullptr;
  }
  return value;
}

const ordered_json* JsonFields::object(const char* key) {
  const ordered_json* value = find(key);
  return value != nullptr && !value->is_null() ? value : nullptr;
}

}  // namespace alidade
