// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace alidade {
namespace {

/// How text begins that spreadsheets take for a formula, the wide forms of East Asian keyboards included.
constexpr std::array<std::string_view, 11> kFormulaStarts{"=",  "+",      "-",      "@",      "\t",    "\r",
                                                          "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};

bool is_number(const std::string& text) {
  double value = 0.0;
  const char* const end = text.data() + text.size();
  const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
  return std::from_chars(begin, end, value).ptr == end && begin != end;
}

bool could_be_formula(const std::string& text) {
  return !is_number(text) && std::any_of(kFormulaStarts.begin(), kFormulaStarts.end(),
                                         [&](std::string_view start) { return text.starts_with(start); });
}

std::string quoted(const std::string& plain) {
  // An apostrophe makes it text in every spreadsheet, and stands there for all other readers to see.
  const std::string text = could_be_formula(plain) ? "'" + plain : plain;
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string out = "\"";
  for (const char c : text) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  return out + '"';
}

std::string cell_text(const Table::Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return quoted(*text);
  }
  if (const auto* number = std::get_if<double>(&cell)) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, *number).ptr;
    return std::string(buffer, end);
  }
  return {};
}

}  // namespace

std::string csv_comment(const std::string& json) {
  std::string line = "# ";
  bool in_text = false, escaped = false;
  char before = ' ';
  for (const char c : json) {
    const bool starts_cell = before == '"' || before == ',' || before == ';';
    if (in_text && starts_cell && (c == '=' || c == '+' || c == '-' || c == '@')) {
      constexpr char kHex[] = "0123456789abcdef";
      line += std::string("\\u00") + kHex[c >> 4] + kHex[c & 15];
    } else {
      line += c;
    }
    in_text = c == '"' && !escaped ? !in_text : in_text;
    escaped = c == '\\' && !escaped;
    before = c;
  }
  return line + "\n";
}

std::string to_csv(const Table& table) {
  std::string csv;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    csv += (i ? "," : "") + quoted(table.columns[i]);
  }
  csv += "\n";
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      csv += (i ? "," : "") + cell_text(row[i]);
    }
    csv += "\n";
  }
  return csv;
}

}  // namespace alidade
