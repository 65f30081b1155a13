// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/table.h"

#include <charconv>

namespace alidade {
namespace {

std::string quoted(const std::string& text) {
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
