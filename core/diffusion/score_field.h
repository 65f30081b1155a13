// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
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
  /// The same with a time for each state: `times` holds one per state.
  virtual void evaluate_each(std::span<const double> states, std::span<const double> times,
                             std::span<double> scores) {
    const auto size = static_cast<std::size_t>(dimension());
    for (std::size_t i = 0; i < times.size(); ++i) {
      evaluate(states.subspan(i * size, size), times[i], scores.subspan(i * size, size));
    }
  }
};

}  // namespace alidade
