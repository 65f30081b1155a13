// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace alidade {

/// Which of the numbers of one column are the best and the second best, as the reader sees them: values that
/// print alike share the rank.
enum class Rank { kNone, kBest, kSecond };

/// How people read a table, beyond its cells: the forms for people (Markdown, LaTeX, text) look here, the
/// forms for programs (CSV, JSON) do not.
struct TableLook {
  /// Bounds stand as "[low, high]" behind the value before them; the text of a note column becomes a numbered
  /// footnote of its row, equal notes sharing one.
  enum class Role { kValue, kLow, kHigh, kNote };
  struct Column {
    Role role = Role::kValue;
    int decimals = -1;  ///< -1: as many as the number has
  };

  std::size_t names = 1;                 ///< the first columns, to the left; those behind go to the right
  bool bounds = true;                    ///< whether bounds are shown
  std::vector<Column> columns;           ///< one per column; those that are missing are plain values
  std::vector<std::vector<Rank>> ranks;  ///< by row and column; what is missing has none
  std::vector<std::size_t> rules;        ///< rows with a line above, rising; LaTeX only
  std::vector<std::string> remarks;      ///< sentences below the table; LaTeX: as comments
};

/// A plain table: the numbers behind a view, a figure or a report. Empty cells are std::monostate, never NaN.
struct Table {
  using Cell = std::variant<std::monostate, double, std::string>;

  std::vector<std::string> columns;  ///< header with units, e.g. "rotation error (deg)"
  std::vector<std::vector<Cell>> rows;
  TableLook look{};
};

/// Comma-separated text after RFC 4180 (quotes doubled), '.' as decimal point, numbers in the
/// shortest form that reads back to the same double. Text that a spreadsheet would take for a formula (it
/// begins with = + - @, a tab or a line break and is no number) gets an apostrophe before it.
std::string to_csv(const Table& table);

/// A line above a table, "# " and JSON in one line: inside its texts, what a spreadsheet would take for a
/// formula where it cuts the line at a comma is written as \u00XX.
std::string csv_comment(const std::string& json);

/// A list of objects, one per row, keys = column names; empty cells are null.
std::string to_json(const Table& table);

// The three forms for people; empty cells are "–".
std::string to_markdown(const Table& table);  ///< best **bold**, second <u>; everything escaped
std::string to_latex(const Table& table);     ///< booktabs; best bold, second underlined; everything escaped
std::string to_text(const Table& table);      ///< aligned, for a terminal

}  // namespace alidade
