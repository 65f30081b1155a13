// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/job.h"

namespace alidade {

/// Estimates how long a job's present phase still takes from its reports. Only what was done since the phase
/// was first reported counts: a phase may begin in the middle of its count (joint training after
/// pre-training, a resumed run). A new phase begins with another step, another total or a count that went
/// back.
class RemainingTime {
 public:
  /// Takes a report that came at `now` (seconds of any clock that runs forward). Seconds left; nothing while
  /// less than half a second of the phase or no progress in it was seen, or its amount of work is unknown.
  std::optional<double> after(const Progress& progress, double now);

 private:
  Progress first_;
  double begin_ = 0.0;
  std::int64_t last_done_ = 0;
  bool started_ = false;
};

}  // namespace alidade
