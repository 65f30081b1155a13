// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "core/base/constants.h"
#include "core/evaluation/bop/bop_score_report.h"
#include "core/studies/spacecraft_accuracy.h"

namespace alidade {
namespace {

constexpr std::array kDiameterLimits{0.05, 0.1, 0.5};
constexpr std::array<const char*, 4> kDepthRows{"all", "near", "medium", "far"};

using ErrorField = double SpacecraftPoseError::*;

struct ErrorKind {
  const char* id;
  const char* title;
  ErrorField field;
  const char* meaning;
};

constexpr std::array<ErrorKind, 3> kVertexErrors{
    {{"add", "ADD", &SpacecraftPoseError::add, "equal vertices are on average off by"},
     {"adi_bop", "ADI (BOP)", &SpacecraftPoseError::adi_bop,
      "true vertices are on average as far from the nearest estimated one as"},
     {"adi_mqat", "ADI (MQAT Eq. 4)", &SpacecraftPoseError::adi_mqat,
      "estimated vertices are on average as far from the nearest true one as"}}};

/// A column and the cell that it makes of some records.
struct SpacecraftColumn {
  MetricColumn column;
  std::function<Estimator(const std::vector<const SpacecraftRecord*>&)> estimator;
};

/// Weighted mean over records of what is 1 or 0 of each.
Estimator share_estimator(const std::vector<const SpacecraftRecord*>& records,
                          const std::function<bool(const SpacecraftRecord&)>& counts) {
  std::vector<std::pair<std::uint32_t, bool>> verdicts;
  for (const SpacecraftRecord* record : records) {
    verdicts.emplace_back(record->image, counts(*record));
  }
  return [verdicts](std::span<const std::uint32_t> weights) -> std::optional<double> {
    double right = 0.0, all = 0.0;
    for (const auto& [image, holds] : verdicts) {
      all += weights[image];
      right += holds ? weights[image] : 0.0;
    }
    return all > 0.0 ? std::optional(right / all) : std::nullopt;
  };
}

/// `values` rise; each is repeated by its image's weight. Hyndman and Fan's type 7.
std::optional<double> weighted_quantile(const std::vector<std::pair<double, std::uint32_t>>& values,
                                        std::span<const std::uint32_t> weights, double probability) {
  std::uint64_t total = 0;
  for (const auto& value : values) {
    total += weights[value.second];
  }
  if (total == 0) {
    return std::nullopt;
  }
  const double position = probability * static_cast<double>(total - 1);
  const auto below = static_cast<std::uint64_t>(std::floor(position));
  std::optional<double> low;
  std::uint64_t passed = 0;
  for (const auto& [value, image] : values) {
    passed += weights[image];
    if (!low && passed > below) {
      low = value;
    }
    if (low && (passed > below + 1 || passed == total)) {
      return *low + (position - static_cast<double>(below)) * (value - *low);
    }
  }
  return low;
}

Estimator quantile_estimator(const std::vector<const SpacecraftRecord*>& records, ErrorField field,
                             double probability) {
  std::vector<std::pair<double, std::uint32_t>> values;
  for (const SpacecraftRecord* record : records) {
    if (record->error) {
      values.emplace_back((*record->error).*field, record->image);
    }
  }
  std::sort(values.begin(), values.end());
  return [values, probability](std::span<const std::uint32_t> weights) {
    return weighted_quantile(values, weights, probability);
  };
}

SpacecraftColumn share_column(const ErrorKind& kind, double limit) {
  const std::string number = short_number(limit);
  MetricColumn column;
  column.id = std::string(kind.id) + "_" + number + "d";
  column.title = std::string(kind.title) + " " + number + "d";
  column.unit = "%";
  column.factor = 100.0;
  column.rule = std::string("Share of objects whose ") + kind.meaning + " strictly less than " + number +
                " diameters; a lost pose counts as wrong.";
  return {std::move(column), [field = kind.field, limit](const auto& records) {
            return share_estimator(records, [field, limit](const SpacecraftRecord& record) {
              return record.error && (*record.error).*field < limit;
            });
          }};
}

SpacecraftColumn lost_column() {
  MetricColumn column{
      "lost", "lost poses", "%", 100.0, false, 1, "Share of objects for which no pose was estimated."};
  return {std::move(column), [](const auto& records) {
            return share_estimator(records, [](const SpacecraftRecord& record) { return !record.error; });
          }};
}

SpacecraftColumn quantile_column(const std::string& id, const std::string& title, const std::string& unit,
                                 double factor, ErrorField field, double probability) {
  MetricColumn column{id + (probability == 0.5 ? "_median" : "_p95"),
                      title + (probability == 0.5 ? ", median" : ", 95th percentile"),
                      unit,
                      factor,
                      false,
                      unit.empty() ? 3 : 2,
                      "Over the poses that were found; lost ones do not enter."};
  return {std::move(column), [field, probability](const auto& records) {
            return quantile_estimator(records, field, probability);
          }};
}

std::vector<SpacecraftColumn> spacecraft_columns() {
  std::vector<SpacecraftColumn> columns;
  for (const ErrorKind& kind : kVertexErrors) {
    for (const double limit : kDiameterLimits) {
      columns.push_back(share_column(kind, limit));
    }
  }
  columns.push_back(lost_column());
  for (const double probability : {0.5, 0.95}) {
    columns.push_back(quantile_column("rotation", "rotation error", "°", 1.0 / kRadiansPerDegree,
                                      &SpacecraftPoseError::rotation, probability));
    columns.push_back(quantile_column("translation", "translation error", "cm", 100.0,
                                      &SpacecraftPoseError::translation, probability));
  }
  columns.push_back(quantile_column("add", "ADD over diameter", "", 1.0, &SpacecraftPoseError::add, 0.95));
  return columns;
}

/// Index in kDepthRows.
std::size_t row_of(double depth, const DepthLimits& limits) {
  return depth < limits.medium ? 1 : depth < limits.far ? 2 : 3;
}

MetricRow row_of(const char* name, const std::vector<const SpacecraftRecord*>& records,
                 const std::vector<SpacecraftColumn>& columns, std::size_t images) {
  const std::vector<std::uint32_t> ones(images, 1);
  MetricRow row;
  row.name = name;
  row.truths = records.size();
  row.predictions = static_cast<std::size_t>(
      std::count_if(records.begin(), records.end(),
                    [](const SpacecraftRecord* record) { return record->error.has_value(); }));
  for (const SpacecraftColumn& column : columns) {
    MetricCell& cell = row.cells.emplace_back();
    cell.estimator = column.estimator(records);
    cell.value = cell.estimator(ones);
    if (!cell.value) {
      cell.reason = records.empty() ? "no object lies in this range of depths" : "no pose was found";
    }
  }
  return row;
}

}  // namespace

EvaluationReport spacecraft_report(const SpacecraftRecords& run, const DepthLimits& limits) {
  const std::vector<SpacecraftColumn> columns = spacecraft_columns();
  std::array<std::vector<const SpacecraftRecord*>, kDepthRows.size()> members;
  for (const SpacecraftRecord& record : run.records) {
    members[0].push_back(&record);
    members[row_of(record.depth, limits)].push_back(&record);
  }
  EvaluationReport report;
  report.protocol = "spacecraft-accuracy";
  report.title = "ADD and ADI of a spacecraft";
  report.name = run.name;
  report.images = run.images;
  report.provenance = run.provenance;
  for (const SpacecraftColumn& column : columns) {
    report.columns.push_back(column.column);
  }
  for (std::size_t row = 0; row < kDepthRows.size(); ++row) {
    report.rows.push_back(row_of(kDepthRows[row], members[row], columns, run.images.size()));
  }
  report.notes.push_back("Depth ranges: near below " + short_number(limits.medium) + " m, far from " +
                         short_number(limits.far) + " m on.");
  return report;
}

}  // namespace alidade
