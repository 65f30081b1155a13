// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/report.h"

namespace alidade {

struct BootstrapOptions {
  int replicates = 1000;  ///< 2..100000
  double level = 0.95;
  std::uint64_t seed = 0;
};

/// Percentile bootstrap over images: fills MetricCell::interval of every cell with an estimator. The weights
/// of replicate r depend on (seed, r, number of images) only, so runs on the same images are resampled
/// alike. Replicates in which the metric is undefined are left out; a cell with fewer than half of them
/// defined gets no interval and says so.
Expected<EvaluationReport> with_intervals(const EvaluationReport& report, const BootstrapOptions& options,
                                          const JobContext& job);

/// A against B on the same images.
struct PairedCell {
  std::optional<double> a, b, difference;  ///< A - B, natural units
  std::optional<Interval> interval;        ///< of the difference
  std::optional<double> p_value;           ///< two-sided; small = the difference is not chance
  std::string reason;                      ///< why something is missing
};

struct PairedTest {
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::vector<std::vector<PairedCell>> cells;  ///< [row][column]
  BootstrapOptions options;
  std::string method;  ///< "paired bootstrap over images, percentile interval, ..."
};

/// Paired bootstrap over images of every cell that both reports have (rows by name, columns by id). Reports
/// of other images or another protocol are an Error that names the difference.
Expected<PairedTest> paired_test(const EvaluationReport& a, const EvaluationReport& b,
                                 const BootstrapOptions& options, const JobContext& job);

/// Mean and standard error of the mean over seeds (sample standard deviation / sqrt(n)); the error is
/// missing for fewer than two values.
struct SeedSummary {
  std::size_t count = 0;
  double mean = 0.0;
  std::optional<double> sem;
};
SeedSummary over_seeds(std::span<const double> values);

/// Reports of the same protocol over seeds: the cells hold the means, the intervals mean -+ t * SEM
/// (Student's t with n - 1 degrees of freedom).
Expected<EvaluationReport> over_seeds(std::span<const EvaluationReport> reports, double level);

}  // namespace alidade
