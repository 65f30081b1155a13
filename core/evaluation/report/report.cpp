// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/report/report.h"

#include <cmath>
#include <utility>

namespace alidade {
namespace {

/// Running mean over rows of which some have no value.
class RowMean {
 public:
  explicit RowMean(std::optional<double> absent) : absent_(absent) {}

  void add(std::optional<double> value) {
    if (const auto counted = value ? value : absent_) {
      sum_ += *counted;
      ++count_;
    }
  }
  std::optional<double> mean() const {
    return count_ == 0 ? std::nullopt : std::optional(sum_ / static_cast<double>(count_));
  }

 private:
  std::optional<double> absent_;
  double sum_ = 0.0;
  std::size_t count_ = 0;
};

}  // namespace

bool is_better(const MetricColumn& column, double a, double b) {
  if (column.best_at) {
    return std::abs(a - *column.best_at) < std::abs(b - *column.best_at);
  }
  return column.higher_is_better ? a > b : a < b;
}

std::optional<std::size_t> EvaluationReport::column(const std::string& id) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].id == id) {
      return i;
    }
  }
  return std::nullopt;
}

std::vector<std::size_t> samples_behind(const EvaluationReport& report, std::size_t row, std::size_t column) {
  std::vector<std::size_t> found;
  if (row >= report.rows.size()) {
    return found;
  }
  const bool all = report.rows[row].is_mean;
  for (std::size_t i = 0; i < report.samples.size(); ++i) {
    const EvaluatedSample& sample = report.samples[i];
    const bool judged = column < sample.outcomes.size() && sample.outcomes[column] != Outcome::kNone;
    if (judged && (all || sample.row == row)) {
      found.push_back(i);
    }
  }
  return found;
}

Estimator mean_estimator(std::vector<Estimator> rows, std::optional<double> absent) {
  return [rows = std::move(rows), absent](std::span<const std::uint32_t> image_weights) {
    RowMean mean(absent);
    for (const Estimator& row : rows) {
      mean.add(row ? row(image_weights) : std::nullopt);
    }
    return mean.mean();
  };
}

MetricCell mean_cell(std::span<const MetricRow> rows, std::size_t column, std::optional<double> absent) {
  MetricCell cell;
  cell.mean_of = MeanOf{{}, absent, false};
  RowMean mean(absent);
  std::vector<Estimator> estimators;
  bool resampled = !rows.empty();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const MetricCell& of_row = rows[i].cells[column];
    mean.add(of_row.value);
    estimators.push_back(of_row.estimator);
    cell.mean_of->rows.push_back(i);
    resampled = resampled && (of_row.estimator || !of_row.value);
  }
  cell.value = mean.mean();
  if (!cell.value) {
    cell.reason = "no category has a value";
  }
  if (resampled) {
    cell.estimator = mean_estimator(std::move(estimators), absent);
  }
  return cell;
}

MetricRow mean_row(std::span<const MetricRow> rows) {
  MetricRow mean;
  mean.name = "mean";
  mean.is_mean = true;
  for (const MetricRow& row : rows) {
    mean.truths += row.truths;
    mean.predictions += row.predictions;
  }
  return mean;
}

}  // namespace alidade
