// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/table.h"
#include "core/experiments/seed_values.h"
#include "core/papers/score_scaling/plan.h"

namespace alidade::score_scaling {

/// Percentage points of a share.
inline constexpr double kPoints = 100.0;

/// The results of a reproduction's steps, asked for numbers.
class ReproduceNumbers {
 public:
  using Json = nlohmann::ordered_json;

  /// `results` by ReproduceStep::name.
  ReproduceNumbers(const ReproducePlan& plan, StepResults results);

  const ReproducePlan& plan() const { return plan_; }
  /// A step's result, or nullptr.
  const Json* result(const std::string& step) const;

  // Shares 0..1.
  SeedValues accuracy(const std::string& arm, const std::string& setting, const std::string& metric) const;
  SeedValues sweep(const std::string& mode, int steps, const std::string& metric) const;
  /// Mean over the symmetric objects, SI units.
  SeedValues schedule(const std::string& guidance, const std::string& measure) const;
  /// Mean over t of an error of the schedule's curve, SI units.
  SeedValues schedule_mean(const std::string& guidance, const std::string& error) const;
  /// An error at the kept time nearest to t.
  SeedValues schedule_at(const std::string& guidance, const std::string& error, double t) const;

  /// Of the accuracy during training; `head` is "regression", "unguided" or "guided".
  SeedValues curve_mean(const std::string& arm, const std::string& head, const std::string& metric) const;
  SeedValues curve_last(const std::string& arm, const std::string& head, const std::string& metric) const;
  SeedValues curve_best(const std::string& arm, const std::string& head, const std::string& metric) const;
  /// The mean over the first `joint_steps` steps after the pre-training, from a fifth of them on (earlier
  /// there may be no measurement), between measurements on the straight line.
  SeedValues curve_joint_mean(const std::string& arm, const std::string& head, const std::string& metric,
                              double joint_steps) const;
  /// The last measurement of the pre-training.
  SeedValues curve_pretrained(const std::string& arm, const std::string& head,
                              const std::string& metric) const;
  /// The first measured step whose accuracy is at least `least[seed]`; nothing when there is none.
  SeedValues first_step(const std::string& arm, const std::string& head, const std::string& metric,
                        const SeedValues& least) const;

  /// Of Fig. 7; `network` is "pre-training" or an arm, `measure` one of run_features.
  SeedValues feature(const std::string& network, const std::string& measure) const;
  /// The entry of a network of Fig. 7, or nullptr.
  const Json* feature_entry(const std::string& network, int seed) const;

  // The figures' data, one row per measured point and seed; display units.
  Table curves() const;     ///< Fig. 4b and 4c
  Table steps() const;      ///< Fig. 4d
  Table schedules() const;  ///< Fig. 8
  Table features() const;   ///< Fig. 7, one row per test object and network

 private:
  SeedValues over_seeds_of(const std::string& step, const ResultReader& read) const;
  SeedValues over_curve(
      const std::string& arm, const std::string& head, const std::string& metric,
      const std::function<std::optional<double>(const Json& result, const std::vector<double>& steps,
                                                const std::vector<double>& values)>& reduce) const;

  const ReproducePlan& plan_;
  std::shared_ptr<const StepResults> results_;
};

}  // namespace alidade::score_scaling
