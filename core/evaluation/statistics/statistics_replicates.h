// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/report/report.h"
#include "core/evaluation/statistics/statistics.h"

namespace alidade {

/// What the bootstrap draws: the value of every cell of several reports in every replicate, all reports under
/// the same weights. Inside, NaN stands for "not defined".
class Replicates {
 public:
  /// Values of one cell over the replicates, NaN where it is not defined.
  std::span<const double> of(std::size_t report, std::size_t row, std::size_t column) const;

  /// Draws for reports on the same images; for none it only checks the options. An Error when the options are
  /// out of range, the values would not fit into memory, or the job was stopped.
  static Expected<Replicates> draw(std::span<const EvaluationReport* const> reports,
                                   const BootstrapOptions& options, const JobContext& job);

 private:
  void evaluate_all(const JobContext& job);
  void evaluate(std::size_t replicate, std::span<std::uint32_t> weights, std::span<double> cells,
                const JobContext& job);

  std::vector<const EvaluationReport*> reports_;
  std::vector<std::size_t> offsets_;  ///< first cell of each report, then the number of all cells
  std::size_t replicates_ = 0;
  std::uint64_t seed_ = 0;
  std::vector<double> values_;  ///< [cell][replicate]
};

/// Why nothing can be resampled in general (too few images), or empty.
std::string bootstrap_obstacle(const EvaluationReport& report);

/// Which names differ first, in words; empty when they are the same.
std::string image_difference(const EvaluationReport& a, const EvaluationReport& b);

/// Adds a sentence to a reason that may be there already.
void add_reason(std::string* reason, const std::string& text);

/// "612 of 1000 resamples define it".
std::string defined_share(std::size_t defined, std::size_t replicates);

}  // namespace alidade
