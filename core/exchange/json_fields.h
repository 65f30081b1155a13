// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"

namespace alidade {

/// The first thing that is wrong with a file of JSON.
class FirstProblem {
 public:
  explicit FirstProblem(std::string file) : file_(std::move(file)) {}

  void note(const std::string& where, const std::string& problem, const std::string& remedy) {
    if (!error_) {
      error_ = input_error(file_, where, problem, remedy);
    }
  }
  explicit operator bool() const { return error_.has_value(); }
  const Error& error() const { return *error_; }

 private:
  std::string file_;
  std::optional<Error> error_;
};

/// One object of a file whose fields are all known by name. What is wrong goes to the FirstProblem; what is
/// read after that has the value of a field that is not there.
class JsonFields {
 public:
  static constexpr std::size_t kLongestText = 512;
  /// Whole numbers beyond are no doubles any more.
  static constexpr std::int64_t kMostCount = std::int64_t{1} << 53;

  /// `where`: "points[3]"; empty for the whole file. A field of another name is refused.
  JsonFields(const nlohmann::ordered_json& json, std::string where,
             std::initializer_list<std::string_view> known, FirstProblem& problem);

  /// Empty when it is not there. `most` bytes.
  std::string text(const char* key, std::size_t most = kLongestText);
  /// A text that must be there and not be empty.
  std::string name(const char* key);
  /// One of `names`, by its place; 0 after a problem.
  std::size_t choice(const char* key, std::span<const std::string_view> names);
  /// 0 .. kMostCount; 0 when it is not there.
  std::int64_t count(const char* key);
  std::uint64_t seed(const char* key);
  /// Finite; NaN for null and when it is not there.
  double number(const char* key, double least = -1e300, double most = 1e300);
  /// A number that must be there.
  double required(const char* key, double least, double most);
  /// Texts of a list, none empty; no entries when it is not there.
  std::vector<std::string> texts(const char* key, std::size_t most);
  /// A list, or null when it is not there.
  const nlohmann::ordered_json* list(const char* key, std::size_t most);
  /// An object, or null when it is not there or null.
  const nlohmann::ordered_json* object(const char* key);

  /// "points[3].order"
  std::string place(const std::string& key) const;
  void refuse(const std::string& key, const std::string& problem, const std::string& remedy) {
    problem_.note(place(key), problem, remedy);
  }

 private:
  const nlohmann::ordered_json* find(const char* key) const;

  const nlohmann::ordered_json& json_;
  std::string where_;
  FirstProblem& problem_;
};

}  // namespace alidade
