// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/descriptor.h"
#include "core/base/pointer_file.h"
#include "core/base/stop_scope.h"

namespace alidade {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

struct OpenFile {
  Descriptor descriptor;
  std::uintmax_t size = 0;
};

Error cannot_open(const std::filesystem::path& path, int reason) {
  if (reason == ENOENT || reason == ENOTDIR) {
    return input_error(path.string(), "", "the file does not exist", "check the path");
  }
  return input_error(path.string(), "",
                     std::string("the file cannot be opened (") + std::strerror(reason) + ")",
                     "check its permissions");
}

const char* kind_of(mode_t mode) {
  return S_ISDIR(mode) ? "a folder" : S_ISFIFO(mode) ? "a pipe" : S_ISSOCK(mode) ? "a socket" : "a device";
}

Error too_large(const std::filesystem::path& path, std::uintmax_t size, std::uintmax_t max_bytes) {
  return input_error(
      path.string(), "",
      "the file has " + std::to_string(size) + " bytes, the limit is " + std::to_string(max_bytes),
      "check that it is the right file");
}

/// Looks before it opens, as opening may wait for ever or have effects, and again at what it opened.
Expected<OpenFile> open_regular(const std::filesystem::path& path, std::uintmax_t max_bytes) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return cannot_open(path, errno);
  }
  OpenFile file;
  if (S_ISREG(info.st_mode)) {
    file.descriptor = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file.descriptor || ::fstat(file.descriptor.get(), &info) != 0) {
      return cannot_open(path, errno);
    }
  }
  if (!S_ISREG(info.st_mode)) {
    return input_error(path.string(), "", std::string("expected a file, found ") + kind_of(info.st_mode),
                       "name a file");
  }
  file.size = static_cast<std::uintmax_t>(info.st_size);
  if (file.size > max_bytes) {
    return too_large(path, file.size, max_bytes);
  }
  return file;
}

/// The next bytes, as many as fit unless the file ends; -1 with errno.
ssize_t read_some(const OpenFile& file, char* to, std::size_t size) {
  ssize_t count = 0;
  do {
    count = ::read(file.descriptor.get(), to, size);
  } while (count < 0 && errno == EINTR);
  return count;
}

Error cannot_read(const std::filesystem::path& path, ssize_t count) {
  return input_error(path.string(), "",
                     count == 0 ? "the file became shorter while it was read"
                                : std::string("the file cannot be read (") + std::strerror(errno) + ")",
                     "check the file and its disk");
}

}  // namespace

Expected<std::string> read_file(const std::filesystem::path& path, std::uintmax_t max_bytes,
                                const std::stop_token& stop) {
  const auto file = open_regular(path, max_bytes);
  if (!file) {
    return file.error();
  }
  std::string bytes;
  bytes.reserve(file->size);  // clearing gigabytes at once would take seconds
  StopMeter meter(kBytesUnasked);
  for (std::size_t at = 0; at < file->size;) {
    bytes.resize(std::min<std::uintmax_t>(at + kPieceBytes, file->size));
    if (stop.stop_requested() || (at > 0 && meter.stopped(kPieceBytes))) {
      return reading_stopped(path.string());
    }
    const ssize_t count = read_some(*file, bytes.data() + at, bytes.size() - at);
    if (count <= 0) {
      return cannot_read(path, count);
    }
    at += static_cast<std::size_t>(count);
  }
  if (const auto pointer = pointer_remark(bytes)) {
    return Error{ErrorCode::kInput, path.string() + ": " + *pointer + "."};
  }
  return bytes;
}

Expected<void> read_pieces(const std::filesystem::path& path, std::uintmax_t max_bytes,
                           const std::stop_token& stop, const std::function<void(std::string_view)>& take) {
  const auto file = open_regular(path, max_bytes);
  if (!file) {
    return file.error();
  }
  std::string piece(static_cast<std::size_t>(std::min<std::uintmax_t>(kPieceBytes, file->size)), '\0');
  StopMeter meter(kBytesUnasked);
  for (std::uintmax_t left = file->size; left > 0;) {
    if (stop.stop_requested() || (left < file->size && meter.stopped(kPieceBytes))) {
      return reading_stopped(path.string());
    }
    const auto wanted = static_cast<std::size_t>(std::min<std::uintmax_t>(piece.size(), left));
    const ssize_t count = read_some(*file, piece.data(), wanted);
    if (count <= 0) {
      return cannot_read(path, count);
    }
    take(std::string_view(piece.data(), static_cast<std::size_t>(count)));
    left -= static_cast<std::uintmax_t>(count);
  }
  return {};
}

Expected<std::ifstream> open_file(const std::filesystem::path& path, std::uintmax_t max_bytes) {
  if (const auto file = open_regular(path, max_bytes); !file) {
    return file.error();
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    return cannot_open(path, errno);
  }
  return stream;
}

}  // namespace alidade
