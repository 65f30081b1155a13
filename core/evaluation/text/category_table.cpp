// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "core/evaluation/text/report_text.h"

namespace alidade {
namespace {

MetricTable::Cell category_cell(const MetricColumn& column, const EvaluationReport& report,
                                const MetricRow& row) {
  const auto index = report.column(column.id);
  if (!index) {
    return table_cell(column, std::nullopt, {}, "the report has no such column");
  }
  const MetricCell& cell = row.cells[*index];
  return table_cell(column, cell.value, cell.interval, cell.reason);
}

}  // namespace

MetricTable category_table(const std::vector<const EvaluationReport*>& reports) {
  MetricTable table;
  table.corner = "category";
  table.method_title = "model";
  if (reports.empty()) {
    return table;
  }
  const EvaluationReport& first = *reports.front();
  table.columns = first.columns;
  for (std::size_t category = 0; category < first.rows.size(); ++category) {
    for (const EvaluationReport* report : reports) {
      const auto row = std::find_if(report->rows.begin(), report->rows.end(), [&](const MetricRow& one) {
        return one.name == first.rows[category].name;
      });
      if (report->protocol != first.protocol || row == report->rows.end()) {
        continue;
      }
      MetricTable::Row& shown = table.rows.emplace_back();
      shown.name = row->name;
      shown.method = report->name;
      shown.group = category;
      for (const MetricColumn& column : table.columns) {
        shown.cells.push_back(category_cell(column, *report, *row));
      }
    }
  }
  rank_cells(table);
  return table;
}

}  // namespace alidade
