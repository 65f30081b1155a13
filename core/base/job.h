// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

namespace alidade {

/// How far a long computation is. `total == 0` means the amount of work is not known.
struct Progress {
  std::string step;
  std::int64_t done = 0;
  std::int64_t total = 0;
};

/// What every study receives from its caller: when to stop, and whom to tell. A study asks
/// `stopped()` at least every 100 ms of work and returns ErrorCode::kCancelled when it is true.
/// `report` may be called from the computing thread only; an empty function is allowed.
struct JobContext {
  std::stop_token stop;
  std::function<void(const Progress&)> on_progress;

  bool stopped() const { return stop.stop_requested(); }

  void report(const std::string& step, std::int64_t done, std::int64_t total) const {
    if (on_progress) {
      on_progress({step, done, total});
    }
  }
};

}  // namespace alidade
