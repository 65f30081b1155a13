// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "core/base/text_table.h"
#include "core/evaluation/report_text.h"
#include "core/evaluation/report_text_escape.h"

namespace alidade {
namespace {

/// The notes of the rows, each once, and the number of each row's note (0 = none).
struct Footnotes {
  std::vector<std::string> notes;
  std::vector<std::size_t> numbers;
};

Footnotes footnotes(const MetricTable& table) {
  Footnotes result;
  for (const MetricTable::Row& row : table.rows) {
    if (row.note.empty()) {
      result.numbers.push_back(0);
      continue;
    }
    const auto found = std::find(result.notes.begin(), result.notes.end(), row.note);
    result.numbers.push_back(static_cast<std::size_t>(found - result.notes.begin()) + 1);
    if (found == result.notes.end()) {
      result.notes.push_back(row.note);
    }
  }
  return result;
}

/// "mug: no prediction" for every row and reason that hides a value.
std::vector<std::string> reasons_of_missing(const MetricTable& table) {
  std::vector<std::string> lines;
  for (const MetricTable::Row& row : table.rows) {
    for (const MetricTable::Cell& cell : row.cells) {
      const std::string line = row.name + ": " + cell.reason;
      if (!cell.value && std::find(lines.begin(), lines.end(), line) == lines.end()) {
        lines.push_back(line);
      }
    }
  }
  return lines;
}

std::string interval_text(const MetricTable::Cell& cell, const MetricColumn& column) {
  if (!cell.interval) {
    return {};
  }
  return "[" + fixed_text(cell.interval->low, column.decimals) + ", " +
         fixed_text(cell.interval->high, column.decimals) + "]";
}

std::string markdown_cell(const MetricTable::Cell& cell) {
  switch (cell.rank) {
    case Rank::kBest:
      return "**" + cell.text + "**";
    case Rank::kSecond:
      return "<u>" + cell.text + "</u>";
    case Rank::kNone:
      break;
  }
  return cell.text;
}

std::string latex_cell(const MetricTable::Cell& cell) {
  const std::string text = latex_escaped(cell.text);
  switch (cell.rank) {
    case Rank::kBest:
      return "\\textbf{" + text + "}";
    case Rank::kSecond:
      return "\\underline{" + text + "}";
    case Rank::kNone:
      break;
  }
  return text;
}

std::string latex_row(const MetricTable& table, const MetricTable::Row& row, std::size_t note,
                      bool intervals) {
  std::string line = latex_escaped(row.name);
  if (note != 0) {
    line += "\\textsuperscript{" + std::to_string(note) + "}";
  }
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    line += " & " + latex_cell(row.cells[i]);
    if (intervals && row.cells[i].interval) {
      line += " {\\scriptsize " + interval_text(row.cells[i], table.columns[i]) + "}";
    }
  }
  return line + " \\\\\n";
}

}  // namespace

std::string to_markdown(const MetricTable& table, bool intervals) {
  const Footnotes notes = footnotes(table);
  std::string text = "| " + markdown_escaped(table.corner) + " |";
  std::string rule = "| --- |";
  for (const MetricColumn& column : table.columns) {
    text += " " + markdown_escaped(column_header(column)) + " |";
    rule += " ---: |";
  }
  text += "\n" + rule + "\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const MetricTable::Row& row = table.rows[i];
    text += "| " + markdown_escaped(row.name);
    if (notes.numbers[i] != 0) {
      text += "<sup>" + std::to_string(notes.numbers[i]) + "</sup>";
    }
    text += " |";
    for (std::size_t j = 0; j < row.cells.size(); ++j) {
      text += " " + markdown_cell(row.cells[j]);
      if (intervals && row.cells[j].interval) {
        text += " " + interval_text(row.cells[j], table.columns[j]);
      }
      text += " |";
    }
    text += "\n";
  }
  for (std::size_t i = 0; i < notes.notes.size(); ++i) {
    text += "\n<sup>" + std::to_string(i + 1) + "</sup> " + markdown_escaped(notes.notes[i]) + "\n";
  }
  for (const std::string& reason : reasons_of_missing(table)) {
    text += "\n– " + markdown_escaped(reason) + "\n";
  }
  return text;
}

std::string to_latex(const MetricTable& table, bool intervals) {
  const Footnotes notes = footnotes(table);
  std::string text = "\\begin{tabular}{l" + std::string(table.columns.size(), 'r') + "}\n\\toprule\n";
  text += latex_escaped(table.corner);
  for (const MetricColumn& column : table.columns) {
    text += " & " + latex_escaped(column_header(column));
  }
  text += " \\\\\n\\midrule\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    if (i > 0 && table.rows[i].is_mean && !table.rows[i - 1].is_mean) {
      text += "\\midrule\n";
    }
    text += latex_row(table, table.rows[i], notes.numbers[i], intervals);
  }
  text += "\\bottomrule\n\\end{tabular}\n";
  for (std::size_t i = 0; i < notes.notes.size(); ++i) {
    text += "\\par{\\footnotesize\\textsuperscript{" + std::to_string(i + 1) + "} " +
            latex_escaped(notes.notes[i]) + "\\par}\n";
  }
  for (const std::string& reason : reasons_of_missing(table)) {
    text += "% -- " + one_line(reason) + "\n";
  }
  return text;
}

std::string to_text(const MetricTable& table, bool intervals) {
  const Footnotes notes = footnotes(table);
  std::vector<std::vector<std::string>> lines(1);
  lines.front().push_back(one_line(table.corner));
  for (const MetricColumn& column : table.columns) {
    lines.front().push_back(one_line(column_header(column)));
  }
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const MetricTable::Row& row = table.rows[i];
    const std::string mark = notes.numbers[i] == 0 ? "" : " [" + std::to_string(notes.numbers[i]) + "]";
    auto& line = lines.emplace_back(1, one_line(row.name) + mark);
    for (std::size_t j = 0; j < row.cells.size(); ++j) {
      const std::string interval = intervals ? interval_text(row.cells[j], table.columns[j]) : std::string();
      line.push_back(row.cells[j].text + (interval.empty() ? "" : " " + interval));
    }
  }
  std::string text = aligned_text(lines);
  for (std::size_t i = 0; i < notes.notes.size(); ++i) {
    text += "[" + std::to_string(i + 1) + "] " + one_line(notes.notes[i]) + "\n";
  }
  for (const std::string& reason : reasons_of_missing(table)) {
    text += "– " + one_line(reason) + "\n";
  }
  return text;
}

}  // namespace alidade
