// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "core/base/pointer_file.h"

namespace alidade {
namespace {

Error write_error(const std::filesystem::path& path, const char* doing) {
  return {ErrorCode::kFailed, path.string() + ": cannot " + doing + " (" + std::strerror(errno) +
                                  "); check free space and permissions, the previous file is unchanged."};
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (descriptor >= 0) {
    ::fsync(descriptor);
    ::close(descriptor);
  }
}

}  // namespace

Expected<std::string> read_file(const std::filesystem::path& path, std::uintmax_t max_bytes) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (failure || !std::filesystem::exists(status)) {
    return input_error(path.string(), "", "the file does not exist", "check the path");
  }
  if (!std::filesystem::is_regular_file(status)) {
    return input_error(path.string(), "", "expected a file, found something else", "name a file");
  }
  const auto size = std::filesystem::file_size(path, failure);
  if (failure || size > max_bytes) {
    return input_error(
        path.string(), "",
        "the file has " + std::to_string(size) + " bytes, the limit is " + std::to_string(max_bytes),
        "check that it is the right file");
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes(size, '\0');
  if (!file || !file.read(bytes.data(), static_cast<std::streamsize>(size))) {
    return input_error(path.string(), "", "the file cannot be read", "check its permissions");
  }
  if (const auto pointer = pointer_remark(bytes)) {
    return Error{ErrorCode::kInput, path.string() + ": " + *pointer + "."};
  }
  return bytes;
}

Expected<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code failure;
  if (path.has_parent_path()) {
    std::filesystem::create_directories(path.parent_path(), failure);
  }
  if (failure) {
    errno = failure.value();
    return write_error(path, "create its folder");
  }
  std::string temporary = path.string() + ".XXXXXX";
  const int descriptor = ::mkstemp(temporary.data());
  if (descriptor < 0) {
    return write_error(path, "create a file in its folder");
  }
  ::fchmod(descriptor, 0644);
  const bool written = write_all(descriptor, bytes) && ::fsync(descriptor) == 0;
  const int saved = errno;
  const bool closed = ::close(descriptor) == 0;
  if (!written || !closed || ::rename(temporary.c_str(), path.c_str()) != 0) {
    errno = written ? errno : saved;
    const Error error = write_error(path, "write the file");
    ::unlink(temporary.c_str());
    return error;
  }
  sync_folder(path.parent_path());
  return {};
}

}  // namespace alidade
