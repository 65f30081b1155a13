// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/experiments/step.h"

namespace alidade {

/// The steps of an experiment and what they need of each other: checked, without circles.
class StepGraph {
 public:
  /// An Error (kInput, `file` stands in its sentence) for a name that is no file name or given twice, a need
  /// that is not among the steps, or steps that need each other in a circle.
  static Expected<StepGraph> make(std::vector<Step> steps, const std::string& file);

  /// In the order of the plan.
  const std::vector<Step>& steps() const { return steps_; }
  /// Indices of what a step needs.
  const std::vector<std::size_t>& needs(std::size_t step) const { return needs_[step]; }
  /// Whether `later` needs the result of `earlier`.
  bool needs_step(std::size_t later, std::size_t earlier) const;
  /// Indices of the steps that need this one, directly or through others, in the order of the plan.
  std::vector<std::size_t> dependents(std::size_t step) const;
  /// The estimates of all steps together.
  double seconds() const;

 private:
  std::vector<Step> steps_;
  std::vector<std::vector<std::size_t>> needs_;
};

}  // namespace alidade
