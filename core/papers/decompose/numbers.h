// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/table.h"
#include "core/experiments/seed_values.h"
#include "core/papers/decompose/plan.h"

namespace alidade::decompose {

/// Percentage points of a share.
inline constexpr double kPoints = 100.0;

/// The results of a reproduction's steps, asked for numbers.
class StudyNumbers {
 public:
  using Json = nlohmann::ordered_json;

  StudyNumbers(const StudyPlan& plan, StepResults results);

  const StudyPlan& plan() const { return plan_; }
  /// A step's result, or nullptr.
  const Json* result(const std::string& step) const;
  /// The arm of a set by its name; nothing when the plan does not have it.
  std::optional<Arm> arm(const std::string& set, const std::string& name) const;
  /// Seeds that the plan trains of an arm; 0 when it is not in the plan.
  int seeds(const std::string& set, const std::string& arm) const;

  /// Mean over categories of a metric on test frames, share 0..1, one per seed.
  SeedValues accuracy(const std::string& set, const std::string& arm, const std::string& metric) const;
  SeedValues category_accuracy(const std::string& set, const std::string& arm, const std::string& category,
                               const std::string& metric) const;
  /// A measure of a block over the epochs that are not stationary ("mean_cosine", "variance",
  /// "mean_negative_transfer", ...).
  SeedValues block(const std::string& set, const std::string& arm, const std::string& block,
                   const std::string& measure) const;
  /// Share of the epochs at which an ordering of Eq. 10 holds.
  SeedValues ordering(const std::string& set, const std::string& arm, const std::string& which) const;
  /// How far the correspondence block lies on the claimed side of the worst other block: the claim holds
  /// above 0. `measure` as in block(), `low` when the claim is that it has the lowest.
  SeedValues lead(const std::string& set, const std::string& arm, const std::string& measure, bool low) const;
  /// Mean cosine on the correspondence block, over the pairs inside the branches of `arm`, of `arm` minus
  /// those of the shared arm with the same seed. Pairs across branches are undefined in one of them.
  SeedValues within_gain(const std::string& set, const std::string& arm) const;

  // Data of figures and tables, one row per measured thing; display units.
  Table accuracies() const;  ///< per set, arm, seed and category
  Table gradients() const;   ///< Fig. 3a, 3c, 4 and 6: per set, arm, seed, block and step

 private:
  SeedValues over_seeds_of(const std::string& kind, const std::string& set, const std::string& arm,
                           const ResultReader& read) const;

  const StudyPlan& plan_;
  std::shared_ptr<const StepResults> results_;
};

/// Mean plus and minus the standard error of the mean, as Table 7 has it; `values` in natural units. The SEM
/// is missing for fewer than two values.
struct MeanAndSem {
  double mean;
  std::optional<double> sem;
  std::size_t count;
};
std::optional<MeanAndSem> mean_and_sem(const SeedValues& values);

}  // namespace alidade::decompose
