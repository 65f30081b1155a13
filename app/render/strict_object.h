// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/expected.h"

namespace alidade {

/// Reads the keys of one JSON object by name and type and remembers the first thing that is wrong: a missing
/// or mistyped key, a value out of range, at the end a key nobody asked for.
class StrictObject {
 public:
  /// `where` is the object's place in `file`, "" for the top. A value that is no object counts as wrong.
  StrictObject(std::string file, std::string where, const nlohmann::json& value);

  bool has(const char* key) const { return object_.contains(key); }
  std::string text(const char* key, std::optional<std::string> otherwise = std::nullopt);
  /// One of `choices`; the first one when the key is absent. Returns its index.
  std::size_t choice(const char* key, const std::vector<std::string>& choices);
  bool flag(const char* key, bool otherwise);
  double number(const char* key, double otherwise, double low, double high);
  std::int64_t integer(const char* key, std::int64_t otherwise, std::int64_t low, std::int64_t high);
  /// Four numbers of roughly unit length; the identity when absent.
  std::vector<double> quaternion(const char* key);
  /// The object under `key`; an empty one when absent.
  StrictObject object(const char* key);
  /// Any value under `key`, marked as read; null when absent.
  const nlohmann::json& value(const char* key);

  /// Remembers a problem with `key` unless there is one already.
  void fail(const std::string& key, const std::string& problem, const std::string& remedy);
  /// Remembers the problem of a part that was read by itself unless there is one already.
  void adopt(const Expected<void>& part);
  const std::string& file() const { return file_; }
  /// The place of a key, for messages: "view.times".
  std::string place(const std::string& key) const { return where_.empty() ? key : where_ + "." + key; }
  /// The first problem, or success; unknown keys are found here.
  Expected<void> finish();

 private:
  const nlohmann::json* find(const char* key);

  std::string file_, where_;
  nlohmann::json object_;
  std::set<std::string> known_;
  std::optional<Error> problem_;
};

}  // namespace alidade
