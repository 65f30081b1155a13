// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/remaining_time.h"

#include <algorithm>

namespace alidade {

std::optional<double> RemainingTime::after(const Progress& progress, double now) {
  constexpr double kFewestSeconds = 0.5;
  const bool begins = !started_ || progress.step != first_.step || progress.total != first_.total ||
                      progress.done < last_done_;
  if (begins) {
    first_ = progress;
    begin_ = now;
    started_ = true;
  }
  last_done_ = progress.done;
  const std::int64_t done = progress.done - first_.done;
  if (progress.total <= 0 || done <= 0 || now - begin_ < kFewestSeconds) {
    return std::nullopt;
  }
  const std::int64_t left = std::max<std::int64_t>(0, progress.total - progress.done);
  return (now - begin_) * static_cast<double>(left) / static_cast<double>(done);
}

}  // namespace alidade
