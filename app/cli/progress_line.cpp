// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/progress_line.h"

#include <unistd.h>

#include <cstdio>

#include "core/base/text_escape.h"

namespace alidade {
namespace {

std::string remaining_text(std::optional<double> seconds) {
  if (!seconds) {
    return {};
  }
  const auto left = static_cast<long long>(*seconds);
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "  %lld:%02lld left", left / 60, left % 60);
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
    last_shown_ = {};
  }
  const auto left = remaining_.after(progress, std::chrono::duration<double>(now - start_).count());
  const bool finished = progress.total > 0 && progress.done >= progress.total;
  const auto pause = std::chrono::milliseconds(terminal_ ? 100 : 10000);
  if (!finished && now - last_shown_ < pause) {
    return;
  }
  last_shown_ = now;
  const std::string total = progress.total > 0 ? " / " + std::to_string(progress.total) : "";
  std::fprintf(stderr, "%s%s  %lld%s%s%s", terminal_ ? "\r" : "", visible_text(progress.step).c_str(),
               static_cast<long long>(progress.done), total.c_str(), remaining_text(left).c_str(),
               terminal_ ? "\033[K" : "\n");
  open_ = terminal_;
}

void ProgressLine::finish() {
  if (open_) {
    std::fputc('\n', stderr);
    open_ = false;
  }
}

}  // namespace alidade
