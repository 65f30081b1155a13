// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/report/report.h"

namespace alidade {

struct BootstrapOptions {
  int replicates = 1000;  ///< 2..100000
  double level = 0.95;
  std::uint64_t seed = 0;
};

/// How often each image counts in a replicate: `weights.size()` draws with replacement (multinomial). Depends
/// on seed, replicate and the number of images only.
void bootstrap_weights(std::uint64_t seed, std::uint64_t replicate, std::span<std::uint32_t> weights);

/// The interval between the quantiles (1 - level) / 2 and (1 + level) / 2, interpolated linearly between
/// order statistics (Hyndman and Fan's type 7). `sorted` is in rising order and not empty; negating and
/// reversing it negates and swaps the ends exactly.
Interval percentile_interval(std::span<const double> sorted, double level);

/// Percentile bootstrap over images: fills MetricCell::interval of every cell with an estimator. The weights
/// of replicate r depend on (seed, r, number of images) only, so runs on the same images are resampled
/// alike. Replicates in which the metric is undefined are left out; a cell with fewer than half of them
/// defined gets no interval and says so, and so do all cells when there are fewer than two images. Cells are
/// evaluated on several threads; the result does not depend on their number.
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
  std::string protocol;  ///< Protocol::id of both
  std::string a, b;      ///< names of the runs
  std::vector<std::string> rows;
  std::vector<std::string> columns;            ///< ids
  std::vector<MetricColumn> metrics;           ///< the same columns with title, unit and factor
  std::vector<std::vector<PairedCell>> cells;  ///< [row][column]
  BootstrapOptions options;
  std::string method;  ///< "paired bootstrap over images, percentile interval, ..."
};

/// Paired bootstrap over images of every cell that both reports have (rows by name, columns by id): both are
/// resampled with the same weights. p = min(1, 2 (min(#{d <= 0}, #{d >= 0}) + 1) / (n + 1)) over the n
/// replicates that define both, d = A - B: twice the smaller share on either side of zero, with the observed
/// sample counted in; 1 for identical runs. Not corrected for the number of cells. Reports of other images or
/// another protocol are an Error (kMismatch) that names the difference.
Expected<PairedTest> paired_test(const EvaluationReport& a, const EvaluationReport& b,
                                 const BootstrapOptions& options, const JobContext& job);

/// The quantile of Student's t distribution: P(T <= t) = probability, in (0, 1); `degrees` of freedom >= 1.
/// Relative error about 1e-12. Exactly antisymmetric about probability 0.5 where 1 - probability is exact.
double student_t_quantile(double probability, std::size_t degrees);

/// Mean and standard error of the mean over seeds (sample standard deviation / sqrt(n)); the error is
/// missing for fewer than two values.
struct SeedSummary {
  std::size_t count = 0;
  double mean = 0.0;
  std::optional<double> sem;
};
SeedSummary over_seeds(std::span<const double> values);

/// Reports of the same protocol on the same images over seeds: the cells hold the means, the intervals
/// mean -+ t * SEM (Student's t with n - 1 degrees of freedom). Rows and columns are those of the first; a
/// seed without a value is left out of the mean and the cell says so. Samples and curves belong to single
/// runs and are dropped; estimators stay (their mean), so that two such means can be tested against each
/// other. Reports that do not fit together are an Error (kMismatch) that names the difference.
Expected<EvaluationReport> over_seeds(std::span<const EvaluationReport> reports, double level);

}  // namespace alidade
