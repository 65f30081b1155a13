// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/text/report_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/base/text_table.h"

namespace alidade {

const MetricRow* summary_row(const EvaluationReport& report) {
  const auto mean = std::find_if(report.rows.rbegin(), report.rows.rend(),
                                 [](const MetricRow& row) { return row.is_mean; });
  if (mean != report.rows.rend()) {
    return &*mean;
  }
  return report.rows.size() == 1 ? &report.rows.front() : nullptr;
}

namespace {

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

/// Ranks cells of one group of methods.
void rank_methods(std::vector<MetricTable::Cell*> cells, const MetricColumn& metric) {
  if (cells.size() < 2) {
    return;
  }
  std::stable_sort(cells.begin(), cells.end(), [&metric](const auto* a, const auto* b) {
    return is_better(metric, *a->value / metric.factor, *b->value / metric.factor);
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

void rank_column(MetricTable& table, std::size_t column) {
  std::map<std::size_t, std::vector<MetricTable::Cell*>> groups;
  for (MetricTable::Row& row : table.rows) {
    row.cells[column].rank = Rank::kNone;
    if (!row.is_mean && row.cells[column].value) {
      groups[row.group].push_back(&row.cells[column]);
    }
  }
  for (auto& [group, cells] : groups) {
    rank_methods(std::move(cells), table.columns[column]);
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

/// Puts a column behind the others, its cells taken from the rows of the metric table.
template <class CellOf>
void add_column(const MetricTable& table, const std::string& title, TableLook::Column look, CellOf cell_of,
                Table& result) {
  result.columns.push_back(title);
  result.look.columns.push_back(look);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    result.rows[row].push_back(cell_of(table.rows[row]));
    result.look.ranks[row].push_back(Rank::kNone);
  }
}

void add_metric(const MetricTable& table, std::size_t column, Table& result) {
  using Role = TableLook::Role;
  const MetricColumn& metric = table.columns[column];
  add_column(
      table, column_header(metric), {Role::kValue, metric.decimals},
      [=](const MetricTable::Row& row) { return number(row.cells[column].value); }, result);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    result.look.ranks[row].back() = table.rows[row].cells[column].rank;
  }
  if (!has_interval(table, column)) {
    return;
  }
  const auto bound = [=](double Interval::*side) {
    return [=](const MetricTable::Row& row) {
      const auto& interval = row.cells[column].interval;
      return interval ? Table::Cell(*interval.*side) : Table::Cell();
    };
  };
  add_column(table, header(metric.title + " low", metric.unit), {Role::kLow, metric.decimals},
             bound(&Interval::low), result);
  add_column(table, header(metric.title + " high", metric.unit), {Role::kHigh, metric.decimals},
             bound(&Interval::high), result);
}

void add_notes(const MetricTable& table, Table& result) {
  const bool notes = std::any_of(table.rows.begin(), table.rows.end(),
                                 [](const MetricTable::Row& row) { return !row.note.empty(); });
  if (notes) {
    add_column(
        table, "note", {TableLook::Role::kNote},
        [](const MetricTable::Row& row) { return row.note.empty() ? Table::Cell() : Table::Cell(row.note); },
        result);
  }
}

/// Whose numbers the rows are, and of how many objects, where the table says that.
void add_methods(const MetricTable& table, Table& result) {
  if (!table.method_title.empty()) {
    add_column(
        table, table.method_title, {}, [](const MetricTable::Row& row) { return Table::Cell(row.method); },
        result);
    result.look.names = 2;
  }
  if (std::any_of(table.rows.begin(), table.rows.end(),
                  [](const MetricTable::Row& row) { return row.objects.has_value(); })) {
    add_column(
        table, "objects", {TableLook::Role::kValue, 0},
        [](const MetricTable::Row& row) {
          return row.objects ? Table::Cell(static_cast<double>(*row.objects)) : Table::Cell();
        },
        result);
  }
}

/// Whether a line stands above a row: before the means, and between groups.
bool has_rule(const MetricTable& table, std::size_t row) {
  return row > 0 && ((table.rows[row].is_mean && !table.rows[row - 1].is_mean) ||
                     table.rows[row].group != table.rows[row - 1].group);
}

/// "mug: no prediction" for every row and reason that hides a value.
std::vector<std::string> reasons_of_missing(const MetricTable& table) {
  std::vector<std::string> lines;
  for (const MetricTable::Row& row : table.rows) {
    for (const MetricTable::Cell& cell : row.cells) {
      const std::string line = row.name + (row.method.empty() ? "" : ", " + row.method) + ": " + cell.reason;
      if (!cell.value && std::find(lines.begin(), lines.end(), line) == lines.end()) {
        lines.push_back(line);
      }
    }
  }
  return lines;
}

Table printed_form(const MetricTable& table, bool intervals) {
  Table result = to_table(table);
  result.look.bounds = intervals;
  return result;
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
  Table result;
  result.columns.push_back(table.corner);
  result.look.columns.emplace_back();
  for (const MetricTable::Row& row : table.rows) {
    result.rows.push_back({row.name});
    result.look.ranks.push_back({Rank::kNone});
  }
  add_methods(table, result);
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    add_metric(table, column, result);
  }
  add_notes(table, result);
  for (std::size_t row = 1; row < table.rows.size(); ++row) {
    if (has_rule(table, row)) {
      result.look.rules.push_back(row);
    }
  }
  result.look.remarks = reasons_of_missing(table);
  return result;
}

std::string to_markdown(const MetricTable& table, bool intervals) {
  return to_markdown(printed_form(table, intervals));
}

std::string to_latex(const MetricTable& table, bool intervals) {
  return to_latex(printed_form(table, intervals));
}

std::string to_text(const MetricTable& table, bool intervals) {
  return to_text(printed_form(table, intervals));
}

}  // namespace alidade
