// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/compared_run.h"

#include <algorithm>

namespace alidade {

std::vector<ComparedRun> comparedRuns(const std::vector<std::shared_ptr<const EvaluationReport>>& reports) {
  std::vector<ComparedRun> runs;
  for (const auto& report : reports) {
    runs.push_back({report, static_cast<int>(runs.size())});
  }
  return runs;
}

QString legendName(const std::vector<ComparedRun>& runs, std::size_t place) {
  const auto& report = runs[place].report;
  if (report && !report->name.empty()) {
    return QString::fromStdString(report->name);
  }
  return place == kPlaceA   ? QStringLiteral("A")
         : place == kPlaceB ? QStringLiteral("B")
                            : QStringLiteral("run %1").arg(place + 1);
}

std::optional<std::size_t> rowNamed(const EvaluationReport& report, const std::string& name) {
  const auto found = std::find_if(report.rows.begin(), report.rows.end(),
                                  [&](const MetricRow& row) { return row.name == name; });
  return found == report.rows.end() ? std::nullopt
                                    : std::optional(static_cast<std::size_t>(found - report.rows.begin()));
}

}  // namespace alidade
