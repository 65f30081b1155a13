// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/base/job.h"
#include "core/base/remaining_time.h"

namespace alidade {

/// Progress on stderr: one line that is redrawn on a terminal, a line every ten seconds otherwise.
class ProgressLine {
 public:
  ProgressLine();
  std::function<void(const Progress&)> sink();
  /// Ends the redrawn line.
  void finish();

 private:
  void show(const Progress& progress);

  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool open_ = false;
  std::string step_;
  Clock::time_point start_ = Clock::now();
  RemainingTime remaining_;
  Clock::time_point last_shown_;
};

}  // namespace alidade
