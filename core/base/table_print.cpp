// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <charconv>

#include "core/base/table.h"
#include "core/base/text_escape.h"
#include "core/base/text_table.h"

namespace alidade {
namespace {

using Role = TableLook::Role;

/// A cell as people see it.
struct PrintedCell {
  std::string text;
  std::string bounds;  ///< "[low, high]" or nothing
  Rank rank = Rank::kNone;
};

struct PrintedRow {
  std::vector<PrintedCell> cells;
  std::size_t note = 0;  ///< number of its footnote, 0 = none
};

/// The columns that are values, with what the others say about them.
struct PrintedTable {
  std::vector<std::string> header;
  std::vector<PrintedRow> rows;
  std::vector<std::string> notes;
};

TableLook::Column look_of(const Table& table, std::size_t column) {
  return column < table.look.columns.size() ? table.look.columns[column] : TableLook::Column{};
}

Rank rank_of(const Table& table, std::size_t row, std::size_t column) {
  const auto& ranks = table.look.ranks;
  return row < ranks.size() && column < ranks[row].size() ? ranks[row][column] : Rank::kNone;
}

std::string printed_text(const Table::Cell& cell, int decimals) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return *text;
  }
  const auto* number = std::get_if<double>(&cell);
  if (number == nullptr) {
    return "–";
  }
  if (decimals >= 0) {
    return fixed_text(*number, decimals);
  }
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, *number).ptr};
}

/// The number of a note, which is listed when it is new.
std::size_t note_number(const std::string& note, std::vector<std::string>& notes) {
  const auto found = std::find(notes.begin(), notes.end(), note);
  const auto number = static_cast<std::size_t>(found - notes.begin()) + 1;
  if (found == notes.end()) {
    notes.push_back(note);
  }
  return number;
}

PrintedRow printed_row(const Table& table, std::size_t index, std::vector<std::string>& notes) {
  PrintedRow row;
  for (std::size_t i = 0; i < table.rows[index].size(); ++i) {
    const Table::Cell& cell = table.rows[index][i];
    const TableLook::Column look = look_of(table, i);
    const bool empty = std::holds_alternative<std::monostate>(cell);
    if (look.role == Role::kValue) {
      row.cells.push_back({printed_text(cell, look.decimals), {}, rank_of(table, index, i)});
    } else if (look.role == Role::kNote && !empty) {
      row.note = note_number(printed_text(cell, look.decimals), notes);
    } else if (!empty && table.look.bounds && !row.cells.empty()) {
      const std::string text = printed_text(cell, look.decimals);
      row.cells.back().bounds += look.role == Role::kLow ? "[" + text + ", " : text + "]";
    }
  }
  return row;
}

PrintedTable printed(const Table& table) {
  PrintedTable result;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (look_of(table, i).role == Role::kValue) {
      result.header.push_back(table.columns[i]);
    }
  }
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    result.rows.push_back(printed_row(table, i, result.notes));
  }
  return result;
}

std::string marked(const PrintedCell& cell, const std::string& text, const char* best, const char* best_end,
                   const char* second, const char* second_end) {
  switch (cell.rank) {
    case Rank::kBest:
      return best + text + best_end;
    case Rank::kSecond:
      return second + text + second_end;
    case Rank::kNone:
      break;
  }
  return text;
}

std::string markdown_row(const PrintedRow& row) {
  std::string line = "|";
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const PrintedCell& cell = row.cells[i];
    line += " " + marked(cell, markdown_escaped(cell.text), "**", "**", "<u>", "</u>");
    if (i == 0 && row.note != 0) {
      line += "<sup>" + std::to_string(row.note) + "</sup>";
    }
    line += (cell.bounds.empty() ? "" : " " + cell.bounds) + " |";
  }
  return line + "\n";
}

std::string latex_row(const PrintedRow& row) {
  std::string line;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const PrintedCell& cell = row.cells[i];
    line += i == 0 ? "" : " & ";
    line += marked(cell, latex_escaped(cell.text), "\\textbf{", "}", "\\underline{", "}");
    if (i == 0 && row.note != 0) {
      line += "\\textsuperscript{" + std::to_string(row.note) + "}";
    }
    line += cell.bounds.empty() ? "" : " {\\scriptsize " + cell.bounds + "}";
  }
  return line + " \\\\\n";
}

PrintedRow header_row(const PrintedTable& table) {
  PrintedRow row;
  for (const std::string& title : table.header) {
    row.cells.push_back({title, {}, Rank::kNone});
  }
  return row;
}

}  // namespace

std::string to_markdown(const Table& table) {
  const PrintedTable shown = printed(table);
  std::string text = markdown_row(header_row(shown)) + "|";
  for (std::size_t i = 0; i < shown.header.size(); ++i) {
    text += i < table.look.names ? " --- |" : " ---: |";
  }
  text += "\n";
  for (const PrintedRow& row : shown.rows) {
    text += markdown_row(row);
  }
  for (std::size_t i = 0; i < shown.notes.size(); ++i) {
    text += "\n<sup>" + std::to_string(i + 1) + "</sup> " + markdown_escaped(shown.notes[i]) + "\n";
  }
  for (const std::string& remark : table.look.remarks) {
    text += "\n– " + markdown_escaped(remark) + "\n";
  }
  return text;
}

std::string to_latex(const Table& table) {
  const PrintedTable shown = printed(table);
  const std::size_t names = std::min(table.look.names, shown.header.size());
  std::string text = "\\begin{tabular}{" + std::string(names, 'l') +
                     std::string(shown.header.size() - names, 'r') + "}\n\\toprule\n" +
                     latex_row(header_row(shown)) + "\\midrule\n";
  for (std::size_t i = 0; i < shown.rows.size(); ++i) {
    const auto& rules = table.look.rules;
    text += std::find(rules.begin(), rules.end(), i) == rules.end() ? "" : "\\midrule\n";
    text += latex_row(shown.rows[i]);
  }
  text += "\\bottomrule\n\\end{tabular}\n";
  for (std::size_t i = 0; i < shown.notes.size(); ++i) {
    text += "\\par{\\footnotesize\\textsuperscript{" + std::to_string(i + 1) + "} " +
            latex_escaped(shown.notes[i]) + "\\par}\n";
  }
  for (const std::string& remark : table.look.remarks) {
    text += "% -- " + one_line(remark) + "\n";
  }
  return text;
}

std::string to_text(const Table& table) {
  const PrintedTable shown = printed(table);
  std::vector<std::vector<std::string>> lines(1);
  for (const std::string& title : shown.header) {
    lines.front().push_back(visible_text(title));
  }
  for (const PrintedRow& row : shown.rows) {
    auto& line = lines.emplace_back();
    for (const PrintedCell& cell : row.cells) {
      const bool noted = line.empty() && row.note != 0;
      line.push_back(visible_text(cell.text) + (noted ? " [" + std::to_string(row.note) + "]" : "") +
                     (cell.bounds.empty() ? "" : " " + cell.bounds));
    }
  }
  std::string text = aligned_text(lines, table.look.names);
  for (std::size_t i = 0; i < shown.notes.size(); ++i) {
    text += "[" + std::to_string(i + 1) + "] " + visible_text(shown.notes[i]) + "\n";
  }
  for (const std::string& remark : table.look.remarks) {
    text += "– " + visible_text(remark) + "\n";
  }
  return text;
}

}  // namespace alidade
