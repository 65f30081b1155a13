// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/expected.h"

namespace alidade {

/// A word of the expression language of slices.
struct SliceToken {
  enum class Kind { kEnd, kWord, kText, kNumber, kSign };
  Kind kind = Kind::kEnd;
  std::string
      text;  ///< kWord, kText: as meant, quotes undone; kSign: "<=" and so on in ASCII; kNumber: as written
  double number = 0.0;
  std::string unit;    ///< of a number that is written without a blank before its unit: "10cm"
  std::size_t at = 1;  ///< number of its first character, from 1
};

/// Cuts an expression into tokens. `text` must outlive it.
class SliceScanner {
 public:
  explicit SliceScanner(std::string_view text) : text_(text) {}
  /// The next token; an Error's message begins with the place.
  Expected<SliceToken> next();

 private:
  Expected<SliceToken> quoted(char quote);
  SliceToken word();
  std::optional<SliceToken> sign();
  std::size_t character();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0;     ///< bytes whose characters are counted
  std::size_t characters_ = 0;  ///< in them
};

}  // namespace alidade
