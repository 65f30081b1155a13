// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace alidade {

/// A plain table: the numbers behind a view or a figure. Empty cells are std::monostate, never NaN.
struct Table {
  using Cell = std::variant<std::monostate, double, std::string>;

  std::vector<std::string> columns;  ///< header with units, e.g. "rotation error (deg)"
  std::vector<std::vector<Cell>> rows;
};

/// Comma-separated text after RFC 4180 (quotes doubled), '.' as decimal point, numbers in the
/// shortest form that reads back to the same double.
std::string to_csv(const Table& table);

}  // namespace alidade
