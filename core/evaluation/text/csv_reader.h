// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// Reads comma-separated text after RFC 4180, record by record: LF or CR LF, quotes doubled inside quoted
/// fields, which may hold line breaks. Blank lines are passed over, a byte order mark as well.
class CsvReader {
 public:
  /// `text` must outlive the reader.
  explicit CsvReader(std::string_view text);

  /// Whether something is left; moves on to it.
  bool more();
  /// Line number, from 1, of what comes next.
  std::size_t line() const { return line_; }
  /// Whether the next line begins with '#'.
  bool at_comment() const { return at_ < text_.size() && text_[at_] == '#'; }
  /// The rest of the line behind the '#', which it consumes.
  std::string_view comment();
  /// The next record. The Error's message is the `problem` of input_error, without file and line.
  Expected<std::vector<std::string>> record();

 private:
  bool at_line_end() const;
  void skip_line_end();
  Expected<std::string> quoted_field();
  std::string plain_field();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

/// Number of the first line with bytes that are not UTF-8, or with control characters other than tab and line
/// breaks; 0 when there is none.
std::size_t first_line_not_text(std::string_view text);

}  // namespace alidade
