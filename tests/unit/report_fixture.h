// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/evaluation/report/report.h"

namespace alidade::test {

/// The weighted mean of one number per image; nothing when all weight is on images marked absent (< 0).
inline Estimator image_mean(std::vector<double> values) {
  return [values = std::move(values)](std::span<const std::uint32_t> weights) -> std::optional<double> {
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] >= 0.0) {
        sum += weights[i] * values[i];
        count += weights[i];
      }
    }
    return count > 0.0 ? std::optional(sum / count) : std::nullopt;
  };
}

inline MetricCell image_mean_cell(std::vector<double> values) {
  MetricCell cell;
  const std::vector<std::uint32_t> ones(values.size(), 1);
  cell.estimator = image_mean(std::move(values));
  cell.value = cell.estimator(ones);
  return cell;
}

inline MetricColumn share_column(const std::string& id, const std::string& title) {
  MetricColumn column;
  column.id = id;
  column.title = title;
  column.unit = "%";
  column.factor = 100.0;
  column.rule = "Counts what is right.";
  return column;
}

/// A report of one column with a row per list of per-image values, then their plain mean.
inline EvaluationReport image_mean_report(const std::string& name,
                                          const std::vector<std::vector<double>>& rows) {
  EvaluationReport report;
  report.protocol = "test";
  report.title = "Test protocol";
  report.name = name;
  report.columns = {share_column("hit", "hit")};
  for (std::size_t i = 0; i < rows.front().size(); ++i) {
    report.images.push_back("image " + std::to_string(i));
  }
  for (const auto& values : rows) {
    MetricRow row;
    row.name = "row " + std::to_string(report.rows.size());
    row.cells = {image_mean_cell(values)};
    report.rows.push_back(std::move(row));
  }
  MetricRow mean;
  mean.name = "mean";
  mean.is_mean = true;
  mean.cells = {mean_cell(report.rows, 0, std::nullopt)};
  report.rows.push_back(std::move(mean));
  return report;
}

}  // namespace alidade::test
