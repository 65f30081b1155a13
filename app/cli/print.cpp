// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/print.h"

#include <cstdarg>
#include <cstdio>
#include <string>

#include "core/base/text_escape.h"

namespace alidade {
namespace {

std::string formatted(const char* format, std::va_list arguments) {
  std::va_list again;
  va_copy(again, arguments);
  const int size = std::vsnprintf(nullptr, 0, format, arguments);
  std::string text(size > 0 ? static_cast<std::size_t>(size) : 0, '\0');
  std::vsnprintf(text.data(), text.size() + 1, format, again);
  va_end(again);
  return text;
}

void write_to(std::FILE* stream, std::string_view text) {
  const std::string shown = visible_lines(text);
  std::fwrite(shown.data(), 1, shown.size(), stream);
}

}  // namespace

void print(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  write_to(stdout, formatted(format, arguments));
  va_end(arguments);
}

void print_error(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  write_to(stderr, formatted(format, arguments));
  va_end(arguments);
}

void print_text(std::string_view text) {
  write_to(stdout, text);
}

}  // namespace alidade
