// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/table.h"
#include "core/experiments/seed_values.h"
#include "core/papers/mqat/assignment.h"
#include "core/papers/mqat/plan.h"
#include "core/papers/mqat/records.h"
#include "core/papers/mqat/steps.h"

namespace alidade::mqat {

/// Percentage points of a share.
inline constexpr double kPoints = 100.0;

/// The results of a reproduction's steps, asked for numbers.
class StudyNumbers {
 public:
  using Json = nlohmann::ordered_json;
  using RecordReader = std::function<std::optional<double>(const ImageRecords&)>;

  StudyNumbers(const StudyPlan& plan, StepResults results);

  const StudyPlan& plan() const { return plan_; }
  const std::vector<Arm>& arms() const { return arms_; }
  /// A step's result, or nullptr.
  const Json* result(const std::string& step) const;
  /// An arm of the plan by its name, or nullptr.
  const Arm* arm(const std::string& name) const;
  /// Seeds that the plan trains of an arm; 0 when it is not in the plan.
  int seeds(const std::string& arm) const;

  /// An evaluation's images of a split, or nullptr.
  const ImageRecords* records(const std::string& arm, int seed, const std::string& split) const;
  /// A share on a split, 0..1, one per seed.
  SeedValues shares(const std::string& arm, const ShareMetric& metric,
                    const std::string& split = kTest) const;
  /// Anything else of the images.
  SeedValues measure(const std::string& arm, const RecordReader& read,
                     const std::string& split = kTest) const;
  /// The first seed against the arm's control on the same images.
  std::optional<PairedShare> paired(const std::string& arm, const std::string& control,
                                    const ShareMetric& metric, const std::string& split = kTest) const;
  /// Mean over images of the spread of votes, pixels.
  SeedValues spread(const std::string& arm) const;
  /// Speed-up over float32 divided by compression, minus 1, one per repeat; `widths` as in kTimed.
  SeedValues latency_excess(const std::string& widths) const;
  /// Median latency of each repeat.
  SeedValues latency(const std::string& widths) const;

  /// Facts of a network ("demo"), or nullptr.
  const NetworkFacts* facts(const std::string& network) const;
  const LayerTraces* traces() const { return traces_ ? &*traces_ : nullptr; }
  /// What became of an arm: result of its training by seed 1, or nullptr.
  const Json* training(const std::string& arm) const;
  /// Levels by layer of an arm; empty = float32, nothing = not trained.
  std::optional<LayerLevels> levels(const std::string& arm) const;
  /// Bytes of the float32 file over those of the packed one.
  std::optional<double> compression(const std::string& arm) const;
  /// "W8-2-8 A8"; empty where it is not known.
  std::string label(const std::string& arm) const;
  /// Modules in the order in which an arm quantizes them; empty = at once.
  std::vector<std::string> order(const std::string& arm) const;

  /// A row for each arm, seed and split; display units.
  Table accuracies() const;

 private:
  const StudyPlan& plan_;
  std::vector<Arm> arms_;
  std::shared_ptr<const StepResults> results_;
  std::map<std::pair<std::string, std::string>, ImageRecords> records_;  ///< by step and split
  std::map<std::string, NetworkFacts> facts_;
  std::optional<LayerTraces> traces_;
};

}  // namespace alidade::mqat
