// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/report_parts.h"

#include <algorithm>
#include <utility>

namespace alidade {
namespace {

bool has_settings(const PublishedRow& row, const std::map<std::string, std::string>& settings) {
  return std::all_of(settings.begin(), settings.end(), [&](const auto& setting) {
    const auto found = row.settings.find(setting.first);
    return found != row.settings.end() && found->second == setting.second;
  });
}

}  // namespace

MetricTable::Row report_row(std::string name, std::vector<MetricTable::Cell> cells) {
  MetricTable::Row row;
  row.name = std::move(name);
  row.cells = std::move(cells);
  return row;
}

const PublishedTable* find_published(const std::vector<PublishedTable>& published, const std::string& id) {
  const auto found =
      std::find_if(published.begin(), published.end(), [&](const PublishedTable& t) { return t.id == id; });
  return found == published.end() ? nullptr : &*found;
}

void add_published_rows(MetricTable& table, const PublishedTable* published, const std::string& method,
                        const std::map<std::string, std::string>& settings) {
  if (published == nullptr) {
    return;
  }
  for (std::size_t i = 0; i < published->rows.size(); ++i) {
    const PublishedRow& printed = published->rows[i];
    if (printed.method != method || !has_settings(printed, settings)) {
      continue;
    }
    const std::size_t index[] = {i};
    table = with_published(std::move(table), *published, index);
    table.rows.back().name = "published on " + published->dataset + ": " + table.rows.back().name;
    table.rows.back().note = "published on " + published->dataset + ": " + published->paper + ", " +
                             published->source + (printed.erratum.empty() ? "" : "; " + printed.erratum);
  }
}

std::string report_table(MetricTable table) {
  for (MetricTable::Row& row : table.rows) {
    for (MetricTable::Cell& cell : row.cells) {
      cell.rank = Rank::kNone;
    }
  }
  return to_markdown(table, true) + "\n";
}

}  // namespace alidade
