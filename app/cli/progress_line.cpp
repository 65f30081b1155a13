// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/progress_line.h"

#include <unistd.h>

#include <cstdio>

namespace alidade {
namespace {

std::string remaining_text(const Progress& progress, double seconds) {
  if (progress.done <= 0 || progress.total <= 0 || seconds < 1.0) {
    return {};
  }
  const int left = static_cast<int>(seconds * static_cast<double>(progress.total - progress.done) /
                                    static_cast<double>(progress.done));
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "  %d:%02d left", left / 60, left % 60);
  return buffer;
}

}  // namespace

ProgressLine::ProgressLine() : terminal_(::isatty(STDERR_FILENO) == 1) {}

std::function<void(const Progress&)> ProgressLine::sink() {
  return [this](const Progress& progress) { show(progress); };
}

void ProgressLine::show(const Progress& progress) {
  const auto now = Clock::now();
  if (progress.step != step_) {
    step_ = progress.step;
    step_start_ = now;
    last_shown_ = {};
  }
  const bool finished = progress.total > 0 && progress.done >= progress.total;
  const auto pause = std::chrono::milliseconds(terminal_ ? 100 : 10000);
  if (!finished && now - last_shown_ < pause) {
    return;
  }
  last_shown_ = now;
  const double seconds = std::chrono::duration<double>(now - step_start_).count();
  const std::string total = progress.total > 0 ? " / " + std::to_string(progress.total) : "";
  std::fprintf(stderr, "%s%s  %lld%s%s%s", terminal_ ? "\r" : "", progress.step.c_str(),
               static_cast<long long>(progress.done), total.c_str(),
               remaining_text(progress, seconds).c_str(), terminal_ ? "\033[K" : "\n");
  open_ = terminal_;
}

void ProgressLine::finish() {
  if (open_) {
    std::fputc('\n', stderr);
    open_ = false;
  }
}

}  // namespace alidade
