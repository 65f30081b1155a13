// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/log.h"

#include <cstdio>
#include <mutex>

#include "core/base/text_escape.h"

namespace alidade {
namespace {

std::mutex& sink_mutex() {
  static std::mutex mutex;
  return mutex;
}

std::function<void(const LogEntry&)>& sink() {
  static std::function<void(const LogEntry&)> current = [](const LogEntry& entry) {
    std::fprintf(stderr, "%s: %s\n", entry.source.c_str(), entry.text.c_str());
  };
  return current;
}

void emit(LogLevel level, const std::string& source, const std::string& text) {
  const std::lock_guard lock(sink_mutex());
  if (sink()) {
    sink()({level, visible_text(source), visible_text(text)});
  }
}

}  // namespace

void set_log_sink(std::function<void(const LogEntry&)> new_sink) {
  const std::lock_guard lock(sink_mutex());
  sink() = std::move(new_sink);
}

void log_info(const std::string& source, const std::string& text) {
  emit(LogLevel::kInfo, source, text);
}

void log_warning(const std::string& source, const std::string& text) {
  emit(LogLevel::kWarning, source, text);
}

void log_error(const std::string& source, const std::string& text) {
  emit(LogLevel::kError, source, text);
}

}  // namespace alidade
