// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace alidade {

/// Kinds of failure. The command line maps them to its exit codes (docs/user/command-line.md).
enum class ErrorCode {
  kFailed,     ///< the operation failed: exit code 1
  kUsage,      ///< wrong call: exit code 2
  kInput,      ///< an input is missing or malformed: exit code 3
  kMismatch,   ///< differs from the expected: exit code 4
  kDevice,     ///< device unavailable: exit code 5
  kCancelled,  ///< stopped on request: exit code 130
};

/// A failure as one sentence for the user.
struct Error {
  ErrorCode code = ErrorCode::kFailed;
  std::string message;
};

/// A text of at most `most` bytes, cut between characters and then ending in "...".
inline std::string shortened(const std::string& text, std::size_t most) {
  if (text.size() <= most) {
    return text;
  }
  std::size_t end = most < 3 ? 0 : most - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
    --end;
  }
  return text.substr(0, end) + "...";
}

/// The sentence every malformed input gets: "FILE: WHERE: PROBLEM; REMEDY." `where` may be empty. What a file
/// says may stand in `where` and `problem` as it is: both are shortened, so that a sentence can be read.
inline Error input_error(const std::string& file, const std::string& where, const std::string& problem,
                         const std::string& remedy) {
  constexpr std::size_t kMostWhere = 240, kMostProblem = 2400;
  return {ErrorCode::kInput, file + ": " + (where.empty() ? "" : shortened(where, kMostWhere) + ": ") +
                                 shortened(problem, kMostProblem) + "; " + remedy + "."};
}

/// A call that cannot be meant; `message` is the whole sentence.
inline Error usage_error(std::string message) {
  return {ErrorCode::kUsage, std::move(message)};
}

/// A value or an Error. Check with operator bool before `*` or `->`.
template <class T>
class [[nodiscard]] Expected {
 public:
  Expected(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Expected(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success or an Error.
template <>
class [[nodiscard]] Expected<void> {
 public:
  Expected() = default;
  Expected(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return !error_.has_value(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace alidade
