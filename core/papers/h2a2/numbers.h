// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/table.h"
#include "core/experiments/seed_values.h"
#include "core/papers/h2a2/plan.h"
#include "core/papers/h2a2/responses.h"

namespace alidade::h2a2 {

/// Percentage points of a share.
inline constexpr double kPoints = 100.0;
/// In the place of an arm: every source by the arm that trains it alone.
inline constexpr char kAlone[] = "alone";
/// In the place of a source: the mean over the sources.
inline constexpr char kMean[] = "mean";
/// What accuracy is told by, as results name it.
inline constexpr const char* kMetrics[] = {"map25", "map50"};

/// The results of a reproduction's steps, asked for numbers.
class StudyNumbers {
 public:
  using Json = nlohmann::ordered_json;

  StudyNumbers(const StudyPlan& plan, StepResults results);

  const StudyPlan& plan() const { return plan_; }
  const std::vector<Arm>& arms() const { return arms_; }
  /// A step's result, or nullptr.
  const Json* result(const std::string& step) const;
  /// An arm of the plan by its name, or nullptr; of `alone` that of the first source.
  const Arm* arm(const std::string& name) const;
  /// Seeds that the plan trains of an arm; 0 when it is not in the plan.
  int seeds(const std::string& arm) const;

  /// mAP of a source on its test scenes, share 0..1, one per seed. `source` may be kMean.
  SeedValues accuracy(const std::string& arm, const std::string& source, const std::string& metric) const;
  /// mAP on a source that was not trained on, by the head of another one.
  SeedValues transfer(const std::string& arm, const std::string& source, const std::string& head,
                      const std::string& metric) const;
  /// The best head's.
  SeedValues best_transfer(const std::string& arm, const std::string& source,
                           const std::string& metric) const;
  /// Share of the offsets at which a source uses the shared kernel.
  SeedValues shared(const std::string& arm, const std::string& source) const;
  /// Mean over layers of Spearman's correlation between alpha and the number of pairs of an offset.
  SeedValues support_rank(const std::string& arm) const;
  /// Share of decisions (layer, offset, source) that are as in the next seed; less what decisions that are
  /// drawn with the same shares of each layer and source would agree in, if asked for.
  SeedValues seed_agreement(const std::string& arm, bool beyond_chance = false) const;
  /// A number of an arm's training: {"parameters"}, or of its cosines.
  SeedValues trained(const std::string& arm, const std::string& key) const;
  SeedValues cosine(const std::string& arm) const;
  /// Mean over the groups of shared tensors of "psi" or "triggered".
  SeedValues balance(const std::string& arm, const std::string& key) const;
  /// response_agreement() of sources that were trained alone from different starts where there are several
  /// seeds: seed s of one with the seed after it of another, mean over pairs of sources.
  SeedValues responses(const std::string& part, OffsetShuffle shuffle) const;
  /// Repeated measurements in the place of seeds: "step_s", "scene_s".
  SeedValues timing(const std::string& arm, const std::string& key) const;

  // Data of tables and figures.
  Table accuracies() const;  ///< per arm, seed, source and class
  Table sharing() const;     ///< per arm, seed, layer, offset and source
  Table gradients() const;   ///< per arm, seed, step and source

 private:
  SeedValues read(const std::string& kind, const std::string& arm, const ResultReader& reader) const;

  const StudyPlan& plan_;
  std::shared_ptr<const StepResults> results_;
  std::vector<Arm> arms_;
};

}  // namespace alidade::h2a2
