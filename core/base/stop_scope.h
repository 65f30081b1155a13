// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <utility>

#include "core/base/expected.h"

namespace alidade {

/// What stops the work of this thread, for what lies too deep below to be handed a token: whatever reads and
/// parses large files asks it. The innermost scope of a thread counts. work_together hands it to its helpers.
class StopScope {
 public:
  explicit StopScope(std::stop_token stop);
  ~StopScope();
  StopScope(const StopScope&) = delete;
  StopScope& operator=(const StopScope&) = delete;

 private:
  std::stop_token stop_;
  const std::stop_token* outer_;
};

/// The token of this thread's innermost scope; one that nothing stops where there is none.
std::stop_token scope_stop();

/// Whether that token asks to stop.
bool stop_asked();

/// What readers of bytes and of rows do before they ask. Who has less to do is never stopped: a command that
/// was told to stop can still read what it needs to keep its work.
inline constexpr std::size_t kBytesUnasked = std::size_t{8} << 20;
inline constexpr std::size_t kRowsUnasked = std::size_t{1} << 18;

/// Counts work and asks for the stop, that of the scope unless told otherwise, after every `unasked` of it.
class StopMeter {
 public:
  explicit StopMeter(std::size_t unasked, std::stop_token stop = scope_stop())
      : unasked_(unasked), stop_(std::move(stop)) {}

  /// More was done. True when the rest is not to be.
  bool stopped(std::size_t work = 1) {
    done_ += work;
    if (done_ < unasked_) {
      return false;
    }
    done_ = 0;
    return stop_.stop_requested();
  }

 private:
  std::size_t unasked_;
  std::size_t done_ = 0;
  std::stop_token stop_;
};

/// kCancelled: the sentence of a reader that was stopped.
Error reading_stopped(const std::string& name);

}  // namespace alidade
