// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "core/evaluation/statistics/statistics.h"
#include "core/evaluation/statistics/statistics_replicates.h"

namespace alidade {
namespace {

Error mismatch(const EvaluationReport& first, const EvaluationReport& other, const std::string& difference) {
  return {ErrorCode::kMismatch, "A mean over seeds needs runs of one protocol on the same images, but " +
                                    first.name + " and " + other.name + " differ: " + difference + "."};
}

Expected<void> check_alike(const EvaluationReport& first, const EvaluationReport& other) {
  if (first.protocol != other.protocol) {
    return mismatch(first, other, first.protocol + " and " + other.protocol);
  }
  if (const std::string difference = image_difference(first, other); !difference.empty()) {
    return mismatch(first, other, difference);
  }
  const auto same_id = [](const MetricColumn& a, const MetricColumn& b) { return a.id == b.id; };
  const auto same_name = [](const MetricRow& a, const MetricRow& b) { return a.name == b.name; };
  if (!std::equal(first.columns.begin(), first.columns.end(), other.columns.begin(), other.columns.end(),
                  same_id)) {
    return mismatch(first, other, "their columns are not the same");
  }
  if (!std::equal(first.rows.begin(), first.rows.end(), other.rows.begin(), other.rows.end(), same_name)) {
    return mismatch(first, other, "their rows are not the same");
  }
  return {};
}

/// The cell at (row, column) over all reports.
MetricCell cell_over_seeds(std::span<const EvaluationReport> reports, std::size_t row, std::size_t column,
                           double level) {
  std::vector<double> values;
  std::vector<Estimator> estimators;
  bool resampled = true;
  for (const EvaluationReport& report : reports) {
    const MetricCell& cell = report.rows[row].cells[column];
    if (cell.value) {
      values.push_back(*cell.value);
    }
    resampled = resampled && cell.value && cell.estimator;
    estimators.push_back(cell.estimator);
  }
  MetricCell cell;
  if (values.empty()) {
    cell.reason = "no seed has a value";
    return cell;
  }
  if (values.size() < reports.size()) {
    cell.reason = "mean of the " + std::to_string(values.size()) + " seeds of " +
                  std::to_string(reports.size()) + " that have a value";
  }
  const SeedSummary summary = over_seeds(values);
  cell.value = summary.mean;
  if (summary.sem) {
    const double half = student_t_quantile(0.5 + 0.5 * level, summary.count - 1) * *summary.sem;
    cell.interval = Interval{summary.mean - half, summary.mean + half, level};
  } else {
    add_reason(&cell.reason, "no interval: one seed only");
  }
  if (resampled) {
    cell.estimator = mean_estimator(std::move(estimators), std::nullopt);
  }
  return cell;
}

std::string names_of(std::span<const EvaluationReport> reports) {
  std::string names;
  for (const EvaluationReport& report : reports) {
    names += (names.empty() ? "" : ", ") + report.name;
  }
  return names;
}

/// Everything but the cells: what the runs have in common.
EvaluationReport header_over_seeds(std::span<const EvaluationReport> reports) {
  const EvaluationReport& first = reports.front();
  EvaluationReport result;
  result.protocol = first.protocol;
  result.title = first.title;
  result.name = first.name + " · mean of " + std::to_string(reports.size()) + " seeds";
  result.columns = first.columns;
  result.images = first.images;
  result.notes.push_back("Mean over " + std::to_string(reports.size()) + " runs: " + names_of(reports) +
                         "; intervals are mean -+ t SEM with Student's t.");
  result.provenance.version = first.provenance.version;
  result.provenance.recipe = first.provenance.recipe;
  result.provenance.dataset = first.provenance.dataset;
  result.provenance.dataset_sha256 = first.provenance.dataset_sha256;
  for (const EvaluationReport& report : reports) {
    for (const std::string& note : report.notes) {
      if (std::find(result.notes.begin(), result.notes.end(), note) == result.notes.end()) {
        result.notes.push_back(note);
      }
    }
  }
  return result;
}

}  // namespace

SeedSummary over_seeds(std::span<const double> values) {
  SeedSummary summary;
  summary.count = values.size();
  if (values.empty()) {
    return summary;
  }
  const auto count = static_cast<double>(values.size());
  for (const double value : values) {
    summary.mean += value;
  }
  summary.mean /= count;
  if (values.size() > 1) {
    double squares = 0.0;
    for (const double value : values) {
      squares += (value - summary.mean) * (value - summary.mean);
    }
    summary.sem = std::sqrt(squares / (count - 1.0) / count);
  }
  return summary;
}

Expected<EvaluationReport> over_seeds(std::span<const EvaluationReport> reports, double level) {
  if (reports.empty()) {
    return Error{ErrorCode::kUsage, "A mean over seeds needs at least one run."};
  }
  if (!(level > 0.0 && level < 1.0)) {
    return Error{ErrorCode::kUsage, "The level of an interval lies between 0 and 1, 0.95 for example."};
  }
  for (const EvaluationReport& report : reports) {
    if (auto alike = check_alike(reports.front(), report); !alike) {
      return alike.error();
    }
  }
  EvaluationReport result = header_over_seeds(reports);
  for (std::size_t row = 0; row < reports.front().rows.size(); ++row) {
    const MetricRow& first = reports.front().rows[row];
    MetricRow mean{first.name, first.is_mean, first.truths, first.predictions, {}};
    for (std::size_t column = 0; column < result.columns.size(); ++column) {
      mean.cells.push_back(cell_over_seeds(reports, row, column, level));
    }
    result.rows.push_back(std::move(mean));
  }
  return result;
}

}  // namespace alidade
