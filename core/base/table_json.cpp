// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/table.h"

namespace alidade {

std::string to_json(const Table& table) {
  auto rows = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    nlohmann::ordered_json object;
    for (std::size_t i = 0; i < row.size() && i < table.columns.size(); ++i) {
      auto& cell = object[table.columns[i]];
      if (const auto* number = std::get_if<double>(&row[i])) {
        cell = *number;
      } else if (const auto* text = std::get_if<std::string>(&row[i])) {
        cell = *text;
      }
    }
    rows.push_back(std::move(object));
  }
  return json_text(rows);
}

}  // namespace alidade
