// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>

namespace alidade {

enum class LogLevel { kInfo, kWarning, kError };

/// One line of the log. `source` names the room that speaks ("bop", "train").
struct LogEntry {
  LogLevel level = LogLevel::kInfo;
  std::string source;
  std::string text;
};

/// Where log entries go; the command line sets stderr, the window adds its log view.
/// Thread-safe: the sink is called under a lock, from the thread that logs.
void set_log_sink(std::function<void(const LogEntry&)> sink);

void log_info(const std::string& source, const std::string& text);
void log_warning(const std::string& source, const std::string& text);
void log_error(const std::string& source, const std::string& text);

}  // namespace alidade
