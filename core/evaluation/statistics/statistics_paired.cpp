// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "core/evaluation/statistics/statistics.h"
#include "core/evaluation/statistics/statistics_replicates.h"

namespace alidade {
namespace {

/// Where the cells that both reports have stand in each.
struct Pairing {
  std::vector<std::size_t> rows_a, rows_b, columns_a, columns_b;
};

Pairing pair_up(const EvaluationReport& a, const EvaluationReport& b) {
  Pairing pairing;
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    const auto found = std::find_if(b.rows.begin(), b.rows.end(), [&](const MetricRow& row) {
      return row.name == a.rows[i].name && row.is_mean == a.rows[i].is_mean;
    });
    if (found != b.rows.end()) {
      pairing.rows_a.push_back(i);
      pairing.rows_b.push_back(static_cast<std::size_t>(found - b.rows.begin()));
    }
  }
  for (std::size_t i = 0; i < a.columns.size(); ++i) {
    if (const auto found = b.column(a.columns[i].id)) {
      pairing.columns_a.push_back(i);
      pairing.columns_b.push_back(*found);
    }
  }
  return pairing;
}

Expected<void> check_comparable(const EvaluationReport& a, const EvaluationReport& b) {
  if (a.protocol != b.protocol) {
    return Error{ErrorCode::kMismatch, "The paired test needs two runs of one protocol, but " + a.name +
                                           " was evaluated with " + a.protocol + " and " + b.name + " with " +
                                           b.protocol + "; evaluate both with the same."};
  }
  if (const std::string difference = image_difference(a, b); !difference.empty()) {
    return Error{ErrorCode::kMismatch, "The paired test needs two runs on the same images, but " +
                                           difference + "; evaluate both on the same images."};
  }
  return {};
}

std::string missing_value(const MetricCell& cell, const std::string& name) {
  return "no value in " + name + (cell.reason.empty() ? "" : ": " + cell.reason);
}

/// Difference, and what can be said about it without resampling; the reason is set when that is all.
PairedCell observed(const MetricCell& a, const std::string& name_a, const MetricCell& b,
                    const std::string& name_b) {
  PairedCell cell;
  cell.a = a.value;
  cell.b = b.value;
  if (!a.value) {
    add_reason(&cell.reason, missing_value(a, name_a));
  }
  if (!b.value) {
    add_reason(&cell.reason, missing_value(b, name_b));
  }
  if (a.value && b.value) {
    cell.difference = *a.value - *b.value;
    if (!a.estimator || !b.estimator) {
      cell.reason = "this metric cannot be resampled over images";
    }
  }
  return cell;
}

void resample(PairedCell& cell, std::span<const double> a, std::span<const double> b, double level) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!std::isnan(a[i]) && !std::isnan(b[i])) {
      differences.push_back(a[i] - b[i]);
    }
  }
  const std::size_t count = differences.size();
  if (2 * count < a.size() || count == 0) {
    cell.reason = "no test: " + defined_share(count, a.size());
    return;
  }
  std::sort(differences.begin(), differences.end());
  cell.interval = percentile_interval(differences, level);
  const auto positive = std::upper_bound(differences.begin(), differences.end(), 0.0);
  const auto not_negative = std::lower_bound(differences.begin(), differences.end(), 0.0);
  const auto smaller = std::min(positive - differences.begin(), differences.end() - not_negative);
  cell.p_value = std::min(1.0, 2.0 * static_cast<double>(smaller + 1) / static_cast<double>(count + 1));
}

std::string method_text(const BootstrapOptions& options) {
  return "paired bootstrap over images, " + std::to_string(options.replicates) +
         " resamples with the same weights for both runs; percentile interval of A - B; two-sided p = twice "
         "the smaller share of resamples on either side of zero, the observed sample counted in; not "
         "corrected for the number of cells";
}

}  // namespace

Expected<PairedTest> paired_test(const EvaluationReport& a, const EvaluationReport& b,
                                 const BootstrapOptions& options, const JobContext& job) {
  if (auto comparable = check_comparable(a, b); !comparable) {
    return comparable.error();
  }
  const std::string obstacle = bootstrap_obstacle(a);
  const EvaluationReport* const reports[] = {&a, &b};
  const std::size_t drawn = obstacle.empty() ? 2 : 0;
  const auto replicates = Replicates::draw(std::span(reports, drawn), options, job);
  if (!replicates) {
    return replicates.error();
  }
  const Pairing pairing = pair_up(a, b);
  PairedTest test;
  test.protocol = a.protocol;
  test.a = a.name;
  test.b = b.name;
  test.options = options;
  test.method = method_text(options);
  for (const std::size_t column : pairing.columns_a) {
    test.columns.push_back(a.columns[column].id);
    test.metrics.push_back(a.columns[column]);
  }
  for (std::size_t i = 0; i < pairing.rows_a.size(); ++i) {
    const std::size_t row_a = pairing.rows_a[i];
    const std::size_t row_b = pairing.rows_b[i];
    test.rows.push_back(a.rows[row_a].name);
    auto& cells = test.cells.emplace_back();
    for (std::size_t j = 0; j < pairing.columns_a.size(); ++j) {
      const std::size_t column_a = pairing.columns_a[j];
      const std::size_t column_b = pairing.columns_b[j];
      PairedCell cell =
          observed(a.rows[row_a].cells[column_a], a.name, b.rows[row_b].cells[column_b], b.name);
      if (cell.reason.empty() && !obstacle.empty()) {
        cell.reason = obstacle;
      } else if (cell.reason.empty()) {
        resample(cell, replicates->of(0, row_a, column_a), replicates->of(1, row_b, column_b), options.level);
      }
      cells.push_back(std::move(cell));
    }
  }
  return test;
}

}  // namespace alidade
