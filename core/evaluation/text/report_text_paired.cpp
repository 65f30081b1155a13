// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/text_escape.h"
#include "core/base/text_table.h"
#include "core/evaluation/text/report_text.h"

namespace alidade {
namespace {

constexpr const char* kMissing = "–";

std::string scaled(const std::optional<double>& value, const MetricColumn& column) {
  return value ? fixed_text(*value * column.factor, column.decimals) : kMissing;
}

std::string signed_text(const std::optional<double>& value, const MetricColumn& column) {
  const std::string text = scaled(value, column);
  return value && *value > 0.0 ? "+" + text : text;
}

std::string interval_text(const std::optional<Interval>& interval, const MetricColumn& column) {
  if (!interval) {
    return kMissing;
  }
  return "[" + scaled(interval->low, column) + ", " + scaled(interval->high, column) + "]";
}

std::string p_text(const std::optional<double>& p) {
  constexpr double kSmallest = 0.0001;
  if (!p) {
    return kMissing;
  }
  return *p < kSmallest ? "< 0.0001" : fixed_text(*p, 4);
}

/// One line per row and metric, as texts.
Table printed_form(const PairedTest& test) {
  const std::string level = fixed_text(100.0 * test.options.level, 0) + "% interval";
  Table table{{"row", "metric", "A", "B", "A - B", level, "p"}, {}};
  table.look.names = 2;
  for (std::size_t i = 0; i < test.cells.size(); ++i) {
    for (std::size_t j = 0; j < test.cells[i].size(); ++j) {
      const PairedCell& cell = test.cells[i][j];
      const MetricColumn& metric = test.metrics[j];
      table.rows.push_back({test.rows[i], column_header(metric), scaled(cell.a, metric),
                            scaled(cell.b, metric), signed_text(cell.difference, metric),
                            interval_text(cell.interval, metric), p_text(cell.p_value)});
    }
  }
  return table;
}

/// "mug, 5°2cm: no value in A" for every cell that lacks something.
std::vector<std::string> reasons_of(const PairedTest& test) {
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < test.cells.size(); ++i) {
    for (std::size_t j = 0; j < test.cells[i].size(); ++j) {
      if (!test.cells[i][j].reason.empty()) {
        reasons.push_back(test.rows[i] + ", " + test.metrics[j].title + ": " + test.cells[i][j].reason);
      }
    }
  }
  return reasons;
}

Table::Cell number(const std::optional<double>& value, double factor) {
  return value ? Table::Cell(*value * factor) : Table::Cell();
}

}  // namespace

std::string to_markdown(const PairedTest& test) {
  std::string text = "A: " + markdown_escaped(test.a) + "  \nB: " + markdown_escaped(test.b) + "\n\n";
  text += to_markdown(printed_form(test));
  text += "\nMethod: " + markdown_escaped(test.method) + ".\n";
  for (const std::string& reason : reasons_of(test)) {
    text += "\n– " + markdown_escaped(reason) + "\n";
  }
  return text;
}

std::string to_text(const PairedTest& test) {
  std::string text = "A: " + visible_text(test.a) + "\nB: " + visible_text(test.b) + "\n\n";
  text += to_text(printed_form(test)) + "\nMethod: " + test.method + ".\n";
  for (const std::string& reason : reasons_of(test)) {
    text += "– " + visible_text(reason) + "\n";
  }
  return text;
}

Table to_table(const PairedTest& test) {
  Table table;
  table.columns = {"row", "metric", "unit", "A", "B", "A - B", "low", "high", "p"};
  for (std::size_t i = 0; i < test.cells.size(); ++i) {
    for (std::size_t j = 0; j < test.cells[i].size(); ++j) {
      const PairedCell& cell = test.cells[i][j];
      const MetricColumn& metric = test.metrics[j];
      const auto& interval = cell.interval;
      table.rows.push_back({test.rows[i], metric.title, metric.unit, number(cell.a, metric.factor),
                            number(cell.b, metric.factor), number(cell.difference, metric.factor),
                            number(interval ? std::optional(interval->low) : std::nullopt, metric.factor),
                            number(interval ? std::optional(interval->high) : std::nullopt, metric.factor),
                            number(cell.p_value, 1.0)});
    }
  }
  return table;
}

}  // namespace alidade
