// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fuzz/json_check.h"

#include <algorithm>
#include <set>
#include <string>

namespace alidade::fuzz {
namespace {

constexpr int kMostLevels = 1000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads from the front of a text; every function returns whether what it reads was there.
class JsonChecker {
 public:
  explicit JsonChecker(std::string_view text) : text_(text) {}

  bool whole() {
    const bool fine = value(0);
    skip_blanks();
    return fine && text_.empty();
  }

 private:
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t\r\n"), text_.size())); }
  bool take(std::string_view word) {
    const bool there = text_.starts_with(word);
    text_.remove_prefix(there ? word.size() : 0);
    return there;
  }
  bool digits() {
    const std::size_t count = std::min(text_.find_first_not_of("0123456789"), text_.size());
    text_.remove_prefix(count);
    return count > 0;
  }

  bool number() {
    take("-");
    if (!take("0") && !digits()) {
      return false;
    }
    if (take(".") && !digits()) {
      return false;
    }
    if (take("e") || take("E")) {
      take("+") || take("-");
      return digits();
    }
    return true;
  }

  /// Four hexadecimal digits.
  bool unit(unsigned& code) {
    const std::string digits(text_.substr(0, 4));
    if (digits.size() < 4 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
      return false;
    }
    code = static_cast<unsigned>(std::stoul(digits, nullptr, 16));
    text_.remove_prefix(4);
    return true;
  }

  bool escape(std::string& out) {
    unsigned code = 0, low = 0;
    if (!take("u")) {
      const bool known =
          !text_.empty() && std::string_view("\"\\/bfnrt").find(text_[0]) != std::string_view::npos;
      out += known ? std::string("\\") + text_[0] : "";
      text_.remove_prefix(known ? 1 : 0);
      return known;
    }
    if (!unit(code) || (code >= 0xdc00 && code < 0xe000)) {
      return false;
    }
    if (code >= 0xd800 && code < 0xdc00 && !(take("\\u") && unit(low) && low >= 0xdc00 && low < 0xe000)) {
      return false;
    }
    // Printable ASCII is the same key with and without escape.
    out += low == 0 && code >= 0x20 && code < 0x7f ? std::string(1, static_cast<char>(code))
                                                   : "\\u" + std::to_string(code) + "," + std::to_string(low);
    return true;
  }

  bool character(std::string& out) {
    const auto first = static_cast<unsigned char>(text_[0]);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xc2 ? 0
                               : first < 0xe0 ? 2
                               : first < 0xf0 ? 3
                               : first < 0xf5 ? 4
                                              : 0;
    if (first < 0x20 || length == 0 || text_.size() < length) {
      return false;
    }
    for (std::size_t i = 1; i < length; ++i) {
      if ((static_cast<unsigned char>(text_[i]) & 0xc0) != 0x80) {
        return false;
      }
    }
    const auto second = length > 1 ? static_cast<unsigned char>(text_[1]) : 0;
    const bool odd = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                     (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
    out += text_.substr(0, length);
    text_.remove_prefix(length);
    return !odd;
  }

  bool string(std::string& out) {
    if (!take("\"")) {
      return false;
    }
    while (!text_.empty() && text_[0] != '"') {
      if (!(take("\\") ? escape(out) : character(out))) {
        return false;
      }
    }
    return take("\"");
  }

  bool object(int level) {
    std::set<std::string> keys;
    for (bool first = true;; first = false) {
      skip_blanks();
      if (first && take("}")) {
        return true;
      }
      std::string key;
      if (!string(key) || !keys.insert(key).second) {
        return false;
      }
      skip_blanks();
      if (!take(":") || !value(level + 1)) {
        return false;
      }
      skip_blanks();
      if (!take(",")) {
        return take("}");
      }
    }
  }

  bool array(int level) {
    skip_blanks();
    if (take("]")) {
      return true;
    }
    while (value(level + 1)) {
      skip_blanks();
      if (!take(",")) {
        return take("]");
      }
    }
    return false;
  }

  bool value(int level) {
    skip_blanks();
    std::string ignored;
    if (level > kMostLevels || text_.empty()) {
      return false;
    }
    if (text_[0] == '"') {
      return string(ignored);
    }
    if (take("{")) {
      return object(level);
    }
    if (take("[")) {
      return array(level);
    }
    return text_[0] == '-' || is_digit(text_[0]) ? number() : take("true") || take("false") || take("null");
  }

  std::string_view text_;
};

}  // namespace

bool is_json(std::string_view text) {
  const std::string_view mark = "\xef\xbb\xbf";
  return JsonChecker(text.substr(text.starts_with(mark) ? mark.size() : 0)).whole();
}

}  // namespace alidade::fuzz
