// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/text/csv_reader.h"

#include <algorithm>

namespace alidade {
namespace {

constexpr std::size_t kMaxFields = 1000;

Error problem(const std::string& text) {
  return {ErrorCode::kInput, text};
}

/// Length of the UTF-8 character at `at`, 0 when there is none (overlong forms and surrogates are none).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : (lead & 0xF0U) == 0xE0      ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool outside = (lead == 0xED && byte(1) >= 0xA0) || (lead == 0xF4 && byte(1) >= 0x90);
  return overlong || outside ? 0 : length;
}

}  // namespace

CsvReader::CsvReader(std::string_view text) : text_(text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    at_ = kByteOrderMark.size();
  }
}

bool CsvReader::at_line_end() const {
  return at_ == text_.size() || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
}

void CsvReader::skip_line_end() {
  if (at_ < text_.size()) {
    at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
  }
}

bool CsvReader::more() {
  while (at_ < text_.size() && at_line_end()) {
    skip_line_end();
  }
  return at_ < text_.size();
}

std::string_view CsvReader::comment() {
  const std::size_t first = at_ + 1;
  while (!at_line_end()) {
    ++at_;
  }
  const std::string_view text = text_.substr(first, at_ - first);
  skip_line_end();
  return text;
}

Expected<std::string> CsvReader::quoted_field() {
  std::string field;
  const std::size_t first_line = line_;
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == '\n') {
      ++line_;
    }
    if (text_[at_] != '"') {
      field += text_[at_];
    } else if (text_.substr(at_ + 1, 1) == "\"") {
      field += text_[++at_];
    } else {
      ++at_;
      if (at_line_end() || text_[at_] == ',') {
        return field;
      }
      return problem("expected a comma or the end of the line after a closing quote");
    }
  }
  return problem("a quoted field that opens in line " + std::to_string(first_line) + " has no closing quote");
}

std::string CsvReader::plain_field() {
  const std::size_t first = at_;
  while (!at_line_end() && text_[at_] != ',') {
    ++at_;
  }
  return std::string(text_.substr(first, at_ - first));
}

Expected<std::vector<std::string>> CsvReader::record() {
  std::vector<std::string> fields;
  while (fields.size() < kMaxFields) {
    if (at_ < text_.size() && text_[at_] == '"') {
      auto field = quoted_field();
      if (!field) {
        return field.error();
      }
      fields.push_back(std::move(*field));
    } else {
      fields.push_back(plain_field());
      if (fields.back().find('"') != std::string::npos) {
        return problem("a quote stands inside a field that does not begin with one");
      }
    }
    if (at_line_end()) {
      skip_line_end();
      return fields;
    }
    ++at_;  // the comma
  }
  return problem("expected at most " + std::to_string(kMaxFields) + " fields");
}

std::size_t first_line_not_text(std::string_view text) {
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const bool control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
    const std::size_t length = control ? 0 : utf8_length(text, at);
    if (length == 0) {
      return line;
    }
    line += c == '\n' ? 1 : 0;
    at += length;
  }
  return 0;
}

}  // namespace alidade
