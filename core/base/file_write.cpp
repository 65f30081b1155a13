// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/descriptor.h"
#include "core/base/file.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;
constexpr int kMostTries = 100;
constexpr std::size_t kSuffixBytes = 6;

Error write_error(const fs::path& path, const char* doing, int reason) {
  return {ErrorCode::kFailed, path.string() + ": cannot " + doing + " (" + std::strerror(reason) +
                                  "); check free space and permissions, the previous file is unchanged."};
}

Error no_file_error(const fs::path& path, mode_t mode) {
  return {ErrorCode::kFailed, path.string() + ": a " +
                                  (S_ISDIR(mode)    ? "folder"
                                   : S_ISFIFO(mode) ? "pipe"
                                   : S_ISSOCK(mode) ? "socket"
                                                    : "device") +
                                  " of this name is there and stays as it is; name another file."};
}

/// "NAME.a1B2c3", which is known as a left-over; where no longer name is possible, ".alidade.a1B2c3".
std::string temporary_name(const fs::path& folder, const std::string& name) {
  static constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz", kDigits = "0123456789",
                                    kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  static constexpr std::string_view kPattern[kSuffixBytes] = {kLower, kDigits, kUpper,
                                                              kLower, kUpper,  kLower};
  unsigned char random[kSuffixBytes] = {};
  [[maybe_unused]] const auto got = ::getrandom(random, sizeof random, 0);
  std::string suffix = ".";
  for (std::size_t i = 0; i < kSuffixBytes; ++i) {
    suffix += kPattern[i][random[i] % kPattern[i].size()];
  }
  const long limit = ::pathconf(folder.c_str(), _PC_NAME_MAX);
  const std::size_t longest = limit > 0 ? static_cast<std::size_t>(limit) : 255;
  return (name.size() + suffix.size() <= longest ? name : ".alidade") + suffix;
}

/// A new file in a folder. Names are relative to the folder's descriptor: a path of any legal length has room
/// for them.
struct Temporary {
  std::string name;
  Descriptor descriptor;
};

Temporary make_temporary(const Descriptor& folder, const fs::path& path, const std::string& name) {
  Temporary made;
  for (int i = 0; i < kMostTries && !made.descriptor; ++i) {
    made.name = temporary_name(path, name);
    made.descriptor = Descriptor(::openat(folder.get(), made.name.c_str(),
                                          O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
    if (!made.descriptor && errno != EEXIST) {
      break;
    }
  }
  return made;
}

void sync_folder(const fs::path& folder) {
  if (const Descriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); open) {
    ::fsync(open.get());
  }
}

/// The rights that somebody gave the old file are those of the new one.
void take_over(const Descriptor& file, const struct stat& old) {
  [[maybe_unused]] const int owner = ::fchown(file.get(), old.st_uid, old.st_gid);
  ::fchmod(file.get(), old.st_mode & 0777);
}

/// Writes beside `path`, whose folder is there, and renames. What is there may be a file or a link.
Expected<void> replace(const fs::path& path, std::string_view bytes) {
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const std::string name = path.filename().string();
  const Descriptor folder(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) {
    return write_error(path, "create a file in its folder", errno);
  }
  struct stat old {};
  const bool exists = ::fstatat(folder.get(), name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (exists && !S_ISREG(old.st_mode) && !S_ISLNK(old.st_mode)) {
    return no_file_error(path, old.st_mode);
  }
  Temporary made = make_temporary(folder, parent, name);
  if (!made.descriptor) {
    return write_error(path, "create a file in its folder", errno);
  }
  if (exists && S_ISREG(old.st_mode)) {
    take_over(made.descriptor, old);
  }
  const bool whole = write_all(made.descriptor.get(), bytes) && ::fsync(made.descriptor.get()) == 0 &&
                     made.descriptor.close() &&
                     ::renameat(folder.get(), made.name.c_str(), folder.get(), name.c_str()) == 0;
  if (!whole) {
    const int reason = errno;
    ::unlinkat(folder.get(), made.name.c_str(), 0);
    return write_error(path, "write the file", reason);
  }
  sync_folder(parent);
  return {};
}

/// The descriptor of standard output or standard error when that is what `info` tells of; -1 otherwise.
int standard_stream(const struct stat& info) {
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat own {};
    if (::fstat(stream, &own) == 0 && own.st_dev == info.st_dev && own.st_ino == info.st_ino) {
      return stream;
    }
  }
  return -1;
}

Expected<void> stream_to(const fs::path& path, int descriptor, std::string_view bytes) {
  if (!write_all(descriptor, bytes)) {
    return Error{ErrorCode::kFailed, path.string() + ": cannot be written to (" + std::strerror(errno) +
                                         "); what reads it got only a part."};
  }
  return {};
}

/// A pipe or a device, as it stands there. A pipe that nobody reads is not waited for.
Expected<void> stream_to(const fs::path& path, std::string_view bytes) {
  const Descriptor open(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!open) {
    return Error{ErrorCode::kFailed, path.string() + ": cannot be written to (" +
                                         (errno == ENXIO ? "nobody reads this pipe" : std::strerror(errno)) +
                                         "); name a file, or let its reader start first."};
  }
  ::fcntl(open.get(), F_SETFL, ::fcntl(open.get(), F_GETFL) & ~O_NONBLOCK);
  return stream_to(path, open.get(), bytes);
}

}  // namespace

Expected<fs::path> behind_links(fs::path path) {
  for (int i = 0; i < kMostLinks; ++i) {
    std::error_code none;
    const fs::path link = fs::read_symlink(path, none);
    if (none) {
      return path;
    }
    path = link.is_absolute() ? link : path.parent_path() / link;
  }
  return write_error(path, "write the file", ELOOP);
}

Expected<void> write_file_atomically(const fs::path& path, std::string_view bytes) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode)) {
    if (const int stream = standard_stream(info); stream >= 0) {
      std::fflush(nullptr);
      return stream_to(path, stream, bytes);
    }
    if (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode)) {
      return stream_to(path, bytes);
    }
  }
  const auto target = behind_links(path);
  if (!target) {
    return target.error();
  }
  if (target->has_parent_path()) {
    std::error_code failure;
    fs::create_directories(target->parent_path(), failure);
    if (failure) {
      return write_error(path, "create its folder", failure.value());
    }
  }
  return replace(*target, bytes);
}

Expected<void> write_folder_file(const fs::path& path, std::string_view bytes) {
  return replace(path, bytes);
}

bool is_left_over(const fs::path& file) {
  const std::string suffix = file.extension().string();
  bool lower = false, upper = false, digit = false;
  for (const char c : suffix.substr(std::min<std::size_t>(1, suffix.size()))) {
    const bool is_lower = c >= 'a' && c <= 'z', is_upper = c >= 'A' && c <= 'Z',
               is_digit = c >= '0' && c <= '9';
    if (!is_lower && !is_upper && !is_digit) {
      return false;
    }
    lower = lower || is_lower, upper = upper || is_upper, digit = digit || is_digit;
  }
  return suffix.size() == 1 + kSuffixBytes && lower && upper && digit;  // "backup" is somebody's word
}

Expected<void> append_to_folder_file(const fs::path& path, std::string_view bytes) {
  Descriptor file(::open(
      path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0666));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Error{ErrorCode::kFailed, path.string() + ": cannot be continued (" +
                                         (file ? "it is no file" : std::strerror(errno)) +
                                         "); check that its folder is there and may be written to."};
  }
  if (!write_all(file.get(), bytes) || !file.close()) {
    return Error{ErrorCode::kFailed, path.string() + ": cannot be continued (" + std::strerror(errno) +
                                         "); check free space and permissions."};
  }
  return {};
}

}  // namespace alidade
