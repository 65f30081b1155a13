// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/strict_object.h"

#include <cmath>

#include "core/base/json_text.h"

namespace alidade {
namespace {

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "\"" : ", \"") + word + "\"";
  }
  return text;
}

std::string plain(double value) {
  std::string text = json_text(nlohmann::json(value));
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

}  // namespace

StrictObject::StrictObject(std::string file, std::string where, const nlohmann::json& value)
    : file_(std::move(file)), where_(std::move(where)), object_(nlohmann::json::object()) {
  if (value.is_object()) {
    object_ = value;
  } else if (!value.is_null()) {
    problem_ = input_error(file_, where_, "an object was expected here", "write { ... }");
  }
}

const nlohmann::json* StrictObject::find(const char* key) {
  known_.insert(key);
  const auto found = object_.find(key);
  return found == object_.end() ? nullptr : &*found;
}

void StrictObject::fail(const std::string& key, const std::string& problem, const std::string& remedy) {
  if (!problem_) {
    problem_ = input_error(file_, place(key), problem, remedy);
  }
}

void StrictObject::adopt(const Expected<void>& part) {
  if (!part && !problem_) {
    problem_ = part.error();
  }
}

std::string StrictObject::text(const char* key, std::optional<std::string> otherwise) {
  const auto* value = find(key);
  if (value && value->is_string()) {
    return value->get<std::string>();
  }
  if (value || !otherwise) {
    fail(key, value ? "a text was expected" : "the key is missing",
         std::string("write \"") + key + "\": \"...\"");
  }
  return otherwise.value_or("");
}

std::size_t StrictObject::choice(const char* key, const std::vector<std::string>& choices) {
  const std::string chosen = text(key, choices.front());
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i] == chosen) {
      return i;
    }
  }
  fail(key, "\"" + chosen + "\" is not known", "choose one of " + listed(choices));
  return 0;
}

bool StrictObject::flag(const char* key, bool otherwise) {
  const auto* value = find(key);
  if (value && !value->is_boolean()) {
    fail(key, "true or false was expected", "write one of them without quotes");
  }
  return value && value->is_boolean() ? value->get<bool>() : otherwise;
}

double StrictObject::number(const char* key, double otherwise, double low, double high) {
  const auto* value = find(key);
  if (!value) {
    return otherwise;
  }
  const double number = value->is_number() ? value->get<double>() : std::nan("");
  if (!(number >= low && number <= high)) {
    fail(key, "a number from " + plain(low) + " to " + plain(high) + " was expected", "change the value");
    return otherwise;
  }
  return number;
}

std::int64_t StrictObject::integer(const char* key, std::int64_t otherwise, std::int64_t low,
                                   std::int64_t high) {
  const auto* value = find(key);
  if (!value) {
    return otherwise;
  }
  // A value beyond the signed range would change its sign; it is out of every range here.
  const bool fits =
      value->is_number_integer() && !(value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX);
  const std::int64_t number = fits ? value->get<std::int64_t>() : low - 1;
  if (number < low || number > high) {
    fail(key, "a whole number from " + std::to_string(low) + " to " + std::to_string(high) + " was expected",
         "change the value");
    return otherwise;
  }
  return number;
}

std::vector<double> StrictObject::quaternion(const char* key) {
  const auto* value = find(key);
  std::vector<double> q;
  double length = 0.0;
  for (std::size_t i = 0; value && value->is_array() && value->size() == 4 && i < 4; ++i) {
    q.push_back((*value)[i].is_number() ? (*value)[i].get<double>() : std::nan(""));
    length += q.back() * q.back();
  }
  if (q.size() == 4 && std::abs(length - 1.0) < 0.01) {
    return q;
  }
  if (value) {
    fail(key, "a unit quaternion was expected", "write four numbers [w, x, y, z] of length 1");
  }
  return {1.0, 0.0, 0.0, 0.0};
}

StrictObject StrictObject::object(const char* key) {
  const auto* value = find(key);
  return {file_, place(key), value ? *value : nlohmann::json()};
}

const nlohmann::json& StrictObject::value(const char* key) {
  static const nlohmann::json kNull;
  const auto* value = find(key);
  return value ? *value : kNull;
}

Expected<void> StrictObject::finish() {
  for (const auto& item : object_.items()) {
    if (!known_.contains(item.key())) {
      fail(item.key(), "the key is not known",
           "choose one of " + listed(std::vector<std::string>(known_.begin(), known_.end())) +
               " or remove it");
    }
  }
  return problem_ ? Expected<void>(*problem_) : Expected<void>();
}

}  // namespace alidade
