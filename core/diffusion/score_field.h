// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>

namespace alidade {

/// The gradient of log p_t: a network bound to one object's features, or an analytic mixture.
class ScoreField {
 public:
  virtual ~ScoreField() = default;
  /// Length of one state vector (9 for poses).
  virtual int dimension() const = 0;
  /// Scores of a batch of states at one time t. `states` and `scores` hold batch * dimension()
  /// values, row-major, and do not overlap.
  virtual void evaluate(std::span<const double> states, double t, std::span<double> scores) = 0;
};

}  // namespace alidade
