// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/failure.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <new>
#include <string_view>
#include <system_error>

namespace alidade {
namespace {

/// How libraries that wrap a failed allocation in an exception of their own speak of it.
constexpr std::array<std::string_view, 6> kSpeakOfMemory{"can't allocate memory",  "not enough memory",
                                                         "Insufficient memory",    "Failed to allocate",
                                                         "Cannot allocate memory", "std::bad_alloc"};

}  // namespace

bool is_out_of_memory(const std::exception& failure) {
  const auto* system = dynamic_cast<const std::system_error*>(&failure);
  if (system != nullptr && (system->code() == std::errc::resource_unavailable_try_again ||
                            system->code() == std::errc::not_enough_memory)) {
    return true;  // no stack for a thread, no page for a file
  }
  const std::string_view text = failure.what();
  return dynamic_cast<const std::bad_alloc*>(&failure) != nullptr ||
         std::any_of(kSpeakOfMemory.begin(), kSpeakOfMemory.end(),
                     [&](std::string_view words) { return text.find(words) != std::string_view::npos; });
}

Error error_of(const std::exception& failure) {
  if (is_out_of_memory(failure)) {
    return {ErrorCode::kFailed, kOutOfMemory};
  }
  if (const auto* file = dynamic_cast<const std::filesystem::filesystem_error*>(&failure)) {
    return {ErrorCode::kFailed,
            file->path1().string() + ": " + file->code().message() + "; check the path and its permissions."};
  }
  const std::string_view text = failure.what();
  const std::string line(text.substr(0, std::min(text.find('\n'), std::size_t{400})));
  return {ErrorCode::kFailed, "an unexpected error: " + line + "; please report it with what you did."};
}

}  // namespace alidade
