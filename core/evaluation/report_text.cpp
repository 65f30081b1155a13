// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/report_text.h"

#include <algorithm>
#include <cmath>

#include "core/base/text_table.h"

namespace alidade {
namespace {

/// The row that speaks for a report: its last mean, else its only row.
const MetricRow* summary_row(const EvaluationReport& report) {
  const auto mean = std::find_if(report.rows.rbegin(), report.rows.rend(),
                                 [](const MetricRow& row) { return row.is_mean; });
  if (mean != report.rows.rend()) {
    return &*mean;
  }
  return report.rows.size() == 1 ? &report.rows.front() : nullptr;
}

MetricTable::Cell compared_cell(const MetricColumn& column, const EvaluationReport& report,
                                const std::string& protocol) {
  if (report.protocol != protocol) {
    return table_cell(column, std::nullopt, {}, "evaluated with " + report.protocol + ", not " + protocol);
  }
  const MetricRow* row = summary_row(report);
  const auto index = report.column(column.id);
  if (row == nullptr || !index) {
    return table_cell(column, std::nullopt, {},
                      row == nullptr ? "the report has no mean row" : "the report has no such column");
  }
  const MetricCell& cell = row->cells[*index];
  return table_cell(column, cell.value, cell.interval, cell.reason);
}

void rank_column(MetricTable& table, std::size_t column) {
  std::vector<MetricTable::Cell*> cells;
  for (MetricTable::Row& row : table.rows) {
    row.cells[column].rank = Rank::kNone;
    if (!row.is_mean && row.cells[column].value) {
      cells.push_back(&row.cells[column]);
    }
  }
  if (cells.size() < 2) {
    return;
  }
  const bool higher = table.columns[column].higher_is_better;
  std::stable_sort(cells.begin(), cells.end(), [higher](const auto* a, const auto* b) {
    return higher ? *a->value > *b->value : *a->value < *b->value;
  });
  Rank rank = Rank::kBest;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0 && cells[i]->text != cells[i - 1]->text) {
      if (rank == Rank::kSecond) {
        break;
      }
      rank = Rank::kSecond;
    }
    cells[i]->rank = rank;
  }
}

bool has_interval(const MetricTable& table, std::size_t column) {
  return std::any_of(table.rows.begin(), table.rows.end(), [column](const MetricTable::Row& row) {
    return row.cells[column].interval.has_value();
  });
}

std::string header(const std::string& title, const std::string& unit) {
  return unit.empty() ? title : title + " (" + unit + ")";
}

Table::Cell number(const std::optional<double>& value) {
  return value ? Table::Cell(*value) : Table::Cell();
}

}  // namespace

MetricTable::Cell table_cell(const MetricColumn& column, std::optional<double> natural,
                             const std::optional<Interval>& interval, const std::string& reason) {
  MetricTable::Cell cell;
  cell.reason = reason;
  if (!natural || !std::isfinite(*natural * column.factor)) {
    cell.text = "–";
    cell.reason = reason.empty() ? "no value" : reason;
    return cell;
  }
  cell.value = *natural * column.factor;
  cell.text = fixed_text(*cell.value, column.decimals);
  if (interval) {
    cell.interval = Interval{interval->low * column.factor, interval->high * column.factor, interval->level};
  }
  return cell;
}

std::string column_header(const MetricColumn& column) {
  return header(column.title, column.unit);
}

MetricTable metric_table(const EvaluationReport& report) {
  MetricTable table;
  table.corner = "category";
  table.columns = report.columns;
  for (const MetricRow& row : report.rows) {
    MetricTable::Row& shown = table.rows.emplace_back();
    shown.name = row.name;
    shown.is_mean = row.is_mean;
    for (std::size_t i = 0; i < report.columns.size(); ++i) {
      const MetricCell& cell = row.cells[i];
      shown.cells.push_back(table_cell(report.columns[i], cell.value, cell.interval, cell.reason));
    }
  }
  rank_cells(table);
  return table;
}

MetricTable comparison_table(const std::vector<const EvaluationReport*>& reports) {
  MetricTable table;
  table.corner = "model";
  if (reports.empty()) {
    return table;
  }
  table.columns = reports.front()->columns;
  for (const EvaluationReport* report : reports) {
    MetricTable::Row& shown = table.rows.emplace_back();
    shown.name = report->name;
    for (const MetricColumn& column : table.columns) {
      shown.cells.push_back(compared_cell(column, *report, reports.front()->protocol));
    }
  }
  rank_cells(table);
  return table;
}

void rank_cells(MetricTable& table) {
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    rank_column(table, column);
  }
}

Table to_table(const MetricTable& table) {
  const bool notes = std::any_of(table.rows.begin(), table.rows.end(),
                                 [](const MetricTable::Row& row) { return !row.note.empty(); });
  Table result;
  result.columns.push_back(table.corner);
  for (const MetricTable::Row& row : table.rows) {
    result.rows.push_back({row.name});
  }
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const MetricColumn& metric = table.columns[column];
    const bool intervals = has_interval(table, column);
    result.columns.push_back(column_header(metric));
    if (intervals) {
      result.columns.push_back(header(metric.title + " low", metric.unit));
      result.columns.push_back(header(metric.title + " high", metric.unit));
    }
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      const MetricTable::Cell& cell = table.rows[row].cells[column];
      result.rows[row].push_back(number(cell.value));
      if (intervals) {
        result.rows[row].push_back(number(cell.interval ? std::optional(cell.interval->low) : std::nullopt));
        result.rows[row].push_back(number(cell.interval ? std::optional(cell.interval->high) : std::nullopt));
      }
    }
  }
  if (notes) {
    result.columns.push_back("note");
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      const std::string& note = table.rows[row].note;
      result.rows[row].push_back(note.empty() ? Table::Cell() : Table::Cell(note));
    }
  }
  return result;
}

}  // namespace alidade
