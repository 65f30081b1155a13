// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/metric_tables.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QFontMetrics>
#include <QStringList>

#include "views/base/figure_bytes.h"
#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kChance = 0.05;

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QString intervalText(const Interval& interval, double factor, int decimals) {
  return QStringLiteral("[%1, %2]")
      .arg(numberText(interval.low * factor, decimals), numberText(interval.high * factor, decimals));
}

std::size_t meanRow(const EvaluationReport& report) {
  const auto found = std::find_if(report.rows.rbegin(), report.rows.rend(),
                                  [](const MetricRow& row) { return row.is_mean; });
  return found == report.rows.rend() ? report.rows.size() - 1
                                     : static_cast<std::size_t>(report.rows.rend() - found) - 1;
}

/// Places of the runs that have numbers.
std::vector<std::size_t> placesOf(const std::vector<ComparedRun>& runs) {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < runs.size(); ++place) {
    if (runs[place].report) {
      places.push_back(place);
    }
  }
  return places;
}

std::vector<const EvaluationReport*> reportsOf(const std::vector<ComparedRun>& runs) {
  std::vector<const EvaluationReport*> reports;
  for (const std::size_t place : placesOf(runs)) {
    reports.push_back(runs[place].report.get());
  }
  return reports;
}

/// Whether a printed table was measured by the same rule on the same data.
bool isAlike(const PublishedTable& published, const EvaluationReport& report) {
  return published.protocol == report.protocol &&
         (published.dataset.empty() || published.dataset == report.provenance.dataset);
}

/// The printed row, with where it was measured when that was elsewhere.
MetricTable withPublishedRow(MetricTable table, const PublishedTable& published, std::size_t row,
                             const EvaluationReport& report) {
  table = with_published(std::move(table), published, std::array{row});
  MetricTable::Row& made = table.rows.back();
  if (!published.dataset.empty()) {
    made.name += " · " + published.dataset;
  }
  if (!isAlike(published, report)) {
    made.note += "; not ranked: measured" + (published.dataset.empty() ? "" : " on " + published.dataset) +
                 (published.protocol.empty() ? " by a rule of its own" : " by " + published.protocol);
  }
  return table;
}

/// Ranks the rows that were measured alike; the others keep no rank.
void rankAlike(MetricTable& table, const std::vector<bool>& alike) {
  MetricTable ranked;
  ranked.columns = table.columns;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    if (alike[r]) {
      ranked.rows.push_back(table.rows[r]);
      ranked.rows.back().is_mean = false;
    }
  }
  rank_cells(ranked);
  std::size_t next = 0;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const std::size_t from = alike[r] ? next++ : 0;
    for (std::size_t c = 0; c < table.rows[r].cells.size(); ++c) {
      table.rows[r].cells[c].rank = alike[r] ? ranked.rows[from].cells[c].rank : Rank::kNone;
    }
  }
}

}  // namespace

ShownTable categoryTable(const std::vector<ComparedRun>& runs) {
  const EvaluationReport& a = *runs[kPlaceA].report;
  const std::vector<std::size_t> places = placesOf(runs);
  const bool further = !places.empty() && places.back() > kPlaceB;
  ShownTable shown;
  shown.table = further ? category_table(reportsOf(runs)) : metric_table(a);
  for (std::size_t r = 0; r < a.rows.size(); ++r) {
    for (const std::size_t place : places) {
      const EvaluationReport& report = *runs[place].report;
      const auto row = rowNamed(report, a.rows[r].name);
      if (row && report.protocol == a.protocol && (further || place == kPlaceA)) {
        shown.sources.push_back({RowSource::Kind::kCategory, place, *row});
      }
    }
  }
  return shown;
}

ShownTable modelTable(const std::vector<ComparedRun>& runs, const std::vector<PublishedTable>& published,
                      const std::vector<PublishedPick>& chosen) {
  const EvaluationReport& a = *runs[kPlaceA].report;
  ShownTable shown;
  shown.table = comparison_table(reportsOf(runs));
  for (const std::size_t place : placesOf(runs)) {
    shown.table.rows[shown.sources.size()].is_mean = false;
    shown.sources.push_back({RowSource::Kind::kRun, place, meanRow(*runs[place].report)});
  }
  std::vector<bool> alike(shown.table.rows.size(), true);
  for (const PublishedTable& table : published) {
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      if (std::find(chosen.begin(), chosen.end(), PublishedPick{table.id, r}) != chosen.end()) {
        shown.table = withPublishedRow(std::move(shown.table), table, r, a);
        shown.sources.push_back({RowSource::Kind::kPublished, kPlaceA, r});
        alike.push_back(isAlike(table, a));
      }
    }
  }
  rankAlike(shown.table, alike);
  return shown;
}

MetricTable someRows(MetricTable table, const std::function<bool(std::size_t row)>& shown) {
  std::size_t row = 0;
  std::erase_if(table.rows, [&](const MetricTable::Row&) { return !shown(row++); });
  return table;
}

QString publishedName(const PublishedTable& table, const PublishedRow& row) {
  QStringList parts{text(row.method)};
  for (const std::string& name : table.settings) {
    if (const auto setting = row.settings.find(name); setting != row.settings.end() && name != "dataset") {
      parts << QStringLiteral("%1 = %2").arg(text(name), text(setting->second));
    }
  }
  const auto dataset = row.settings.find("dataset");
  parts << text(dataset != row.settings.end() ? dataset->second : table.dataset);
  parts.removeAll(QString());
  return parts.join(QStringLiteral(" · "));
}

bool sharesMetrics(const PublishedTable& table, const EvaluationReport& report) {
  return std::any_of(table.metrics.begin(), table.metrics.end(),
                     [&](const std::string& id) { return report.column(id).has_value(); });
}

QString cellTip(const ShownTable& shown, const EvaluationReport& report, std::size_t row,
                std::size_t column) {
  const MetricTable::Row& line = shown.table.rows[row];
  const MetricTable::Cell& cell = line.cells[column];
  const MetricColumn& metric = shown.table.columns[column];
  const RowSource& origin = shown.sources[row];
  QStringList lines{QStringLiteral("%1 · %2").arg(text(line.name), text(metric.title))};
  lines << (cell.value ? text(cell.text) + (metric.unit.empty() ? QString() : ' ' + text(metric.unit))
                       : QStringLiteral("no value"));
  if (cell.interval) {
    lines.back() += QStringLiteral("   %1 % interval %2")
                        .arg(numberText(cell.interval->level * 100.0, 0),
                             intervalText(*cell.interval, 1.0, metric.decimals));
  }
  if (origin.kind == RowSource::Kind::kSlice) {
    lines << sliceTip(shown, row);
  } else if (origin.kind != RowSource::Kind::kPublished) {
    const std::size_t source = origin.row;
    const MetricRow& counted = report.rows[source];
    lines << QStringLiteral("%1 samples · %2 ground truths · %3 predictions")
                 .arg(samples_behind(report, source, column).size())
                 .arg(counted.truths)
                 .arg(counted.predictions);
  }
  for (const std::string& more : {cell.reason, line.note}) {
    if (!more.empty()) {
      lines << text(more);
    }
  }
  return lines.join(QLatin1Char('\n'));
}

const PairedCell* pairedCell(const PairedTest& test, const std::string& row, const std::string& column) {
  const auto r = std::find(test.rows.begin(), test.rows.end(), row);
  const auto c = std::find(test.columns.begin(), test.columns.end(), column);
  return r == test.rows.end() || c == test.columns.end()
             ? nullptr
             : &test.cells[static_cast<std::size_t>(r - test.rows.begin())]
                          [static_cast<std::size_t>(c - test.columns.begin())];
}

QString differenceText(const PairedCell* cell, const MetricColumn& column) {
  if (!cell || !cell->difference) {
    return QStringLiteral("–");
  }
  const double value = *cell->difference * column.factor;
  const QString number = numberText(value, column.decimals);
  const bool zero = numberText(std::abs(value), column.decimals) == numberText(0.0, column.decimals);
  return value > 0.0 && !zero ? QLatin1Char('+') + number : number;
}

QString differenceTip(const PairedCell* cell, const MetricColumn& column, const std::string& method) {
  if (!cell) {
    return QStringLiteral("A and B do not both have this number.");
  }
  const auto number = [&](const std::optional<double>& value) {
    return value ? numberText(*value * column.factor, column.decimals) : QStringLiteral("–");
  };
  QStringList lines{QStringLiteral("A %1 · B %2 · A − B %3")
                        .arg(number(cell->a), number(cell->b), differenceText(cell, column))};
  if (cell->interval) {
    lines << QStringLiteral("%1 % interval of the difference %2")
                 .arg(numberText(cell->interval->level * 100.0, 0),
                      intervalText(*cell->interval, column.factor, column.decimals));
  }
  if (cell->p_value) {
    lines << (*cell->p_value < 0.001 ? QStringLiteral("p < 0.001")
                                     : QStringLiteral("p = %1").arg(numberText(*cell->p_value, 3)));
  }
  if (!cell->reason.empty()) {
    lines << text(cell->reason);
  }
  return (lines << text(method)).join(QLatin1Char('\n'));
}

bool isSignificant(const PairedCell* cell) {
  return cell && cell->p_value && *cell->p_value < kChance;
}

QString headerText(const MetricColumn& column) {
  return column.unit.empty() ? text(column.title)
                             : QStringLiteral("%1 (%2)").arg(text(column.title), text(column.unit));
}

QSize headerSize(const QString& text) {
  constexpr int kPadding = 28;  // of the style sheet, and the mark of the sort order
  constexpr int kHeight = 30;
  return {QFontMetrics(uiFont()).horizontalAdvance(text) + kPadding, kHeight};
}

QString rowName(const MetricTable::Row& row) {
  QString name = text(row.name);
  if (row.objects) {
    name += QStringLiteral(" (%1)").arg(*row.objects);
  }
  return row.method.empty() ? name : name + QStringLiteral(" · ") + text(row.method);
}

TableFigure metricFigure(const MetricTable& table, const Provenance& provenance) {
  TableFigure::Content content;
  content.provenance = provenance;
  content.numbers = to_table(table);
  content.last_row_is_summary = !table.rows.empty() && table.rows.back().is_mean;
  content.columns.push_back({text(table.corner), false});
  for (const MetricColumn& column : table.columns) {
    content.columns.push_back({headerText(column), true});
  }
  for (const MetricTable::Row& row : table.rows) {
    auto& cells = content.rows.emplace_back();
    cells.push_back(
        {rowName(row) + (row.published ? QStringLiteral(" (published)") : QString()), row.published});
    for (const MetricTable::Cell& cell : row.cells) {
      cells.push_back({text(cell.text), row.published || !cell.value, false, cell.rank == Rank::kBest,
                       cell.rank == Rank::kSecond});
    }
  }
  return TableFigure(std::move(content));
}

Expected<std::string> tableBytes(const MetricTable& table, const Provenance& provenance,
                                 const std::string& extension) {
  const std::string source = asciiJson(to_json(provenance));
  if (extension == ".csv") {
    return csv_comment(source) + to_csv(to_table(table));
  }
  if (extension == ".md") {
    return "<!-- " + source + " -->\n\n" + to_markdown(table);
  }
  if (extension == ".tex") {
    return "% " + source + "\n" + to_latex(table);
  }
  return Error{ErrorCode::kUsage, "Tables are written as .csv, .md or .tex, not as \"" + extension + "\"."};
}

}  // namespace alidade
