// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/evaluation/bop/bop_score.h"
#include "core/evaluation/report/report.h"

namespace alidade {

/// The errors that BOP scores are made of.
enum class BopErrorKind { kVsd, kMssd, kMspd, kMssdMetres };

/// What the reports of bop19 and bop24 are drawn from; kept alive by their explain functions.
struct BopState {
  std::shared_ptr<const EvaluationInput> input;
  std::vector<ObjectGroup> groups;
  GroupErrors errors;
  bool has_vsd = false;
  std::string no_vsd;  ///< why there is none, without a period
  bool detection = false;

  /// Error of a pair in the unit of the kind's thresholds; `tau` counts for VSD only.
  double error(std::size_t group, BopErrorKind kind, std::size_t tau, std::size_t estimate,
               std::size_t truth) const;
  /// Estimate of every truth of a group under a threshold, -1 = none.
  std::vector<int> matches(std::size_t group, BopErrorKind kind, std::size_t tau, double threshold) const;
  /// Is the truth one that the detection task ignores?
  bool ignored(std::size_t group, std::size_t truth) const;
};

/// Thresholds of a kind.
BopThresholds thresholds_of(BopErrorKind kind);

/// A sample's place: truth and estimate are positions in the group, -1 = none.
struct SamplePlace {
  std::size_t group = 0;
  int truth = -1;
  int estimate = -1;
};

/// A column with the errors that decide it; none = the column judges no samples.
struct BopColumn {
  MetricColumn column;
  std::vector<BopErrorKind> kinds;
};

/// Fills measures, samples and explain of a report whose columns are those given. Each truth is paired with
/// the estimate that MSSD gives it at the middle threshold; what is left is paired greedily without
/// threshold, so that misses show how far they are.
void add_bop_samples(std::shared_ptr<const BopState> state, const std::vector<BopColumn>& columns,
                     EvaluationReport& report);

/// The rule, every estimate's errors and what it takes, at how many thresholds the truth is found, and what
/// the sample counts as.
Explanation explain_bop(const BopState& state, const SamplePlace& place, const BopColumn& column,
                        Outcome outcome);

/// "0.123": three significant digits.
std::string short_number(double value);

/// A cell that is the mean of `parts`, each with value(weights) -> optional; missing with `reason` when one
/// is.
template <class Part>
MetricCell mean_cell_of(std::vector<std::shared_ptr<const Part>> parts, const char* reason) {
  MetricCell cell;
  cell.estimator = [parts =
                        std::move(parts)](std::span<const std::uint32_t> weights) -> std::optional<double> {
    double sum = 0.0;
    for (const auto& part : parts) {
      const auto value = part->value(weights);
      if (!value) {
        return std::nullopt;
      }
      sum += *value;
    }
    return sum / static_cast<double>(parts.size());
  };
  cell.value = cell.estimator({});
  if (!cell.value) {
    cell.reason = reason;
    cell.estimator = nullptr;
  }
  return cell;
}

}  // namespace alidade
