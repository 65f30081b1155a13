// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "core/base/file.h"
#include "core/base/log.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLockName = ".lock";
constexpr int kMostLockTries = 100;

Error lock_error(const fs::path& folder, const std::string& reason) {
  return {ErrorCode::kFailed, folder.string() + ": the folder cannot be locked for writing (" + reason +
                                  "); check its path and permissions."};
}

std::string own_name() {
  char host[256] = "unknown";
  ::gethostname(host, sizeof host - 1);
  return "process " + std::to_string(::getpid()) + " on " + host + "\n";
}

/// What the holder wrote, or anybody else: short, and in plain letters.
std::string holder_of(int file) {
  char text[200];
  const ssize_t count = ::pread(file, text, sizeof text, 0);
  std::string name(text, count > 0 ? static_cast<std::size_t>(count) : 0);
  name.erase(std::min(name.find('\n'), name.size()));
  std::erase_if(name, [](unsigned char c) { return !std::isalnum(c) && std::strchr(" .-_", c) == nullptr; });
  return name.starts_with("process ") ? name : "another process";
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// Whether the descriptor's file still has this name: its last holder may have removed it.
bool is_named(int file, const fs::path& name) {
  struct stat open {
  }, named{};
  return ::fstat(file, &open) == 0 && ::lstat(name.c_str(), &named) == 0 && same_file(open, named);
}

}  // namespace

Expected<FolderLock> FolderLock::acquire(const fs::path& folder) {
  FolderLock lock(folder);
  if (auto made = lock.make_folder(); !made) {
    return made.error();
  }
  if (auto locked = lock.lock(); !locked) {
    return locked.error();
  }
  struct stat info {};
  if (::stat(folder.c_str(), &info) != 0) {
    return lock_error(folder, std::strerror(errno));
  }
  lock.device_ = info.st_dev;
  lock.inode_ = info.st_ino;
  return lock;
}

Expected<void> FolderLock::make_folder() {
  const auto folder = behind_links(folder_);
  if (!folder) {
    return folder.error();
  }
  std::error_code failure;
  for (fs::path at = *folder; !at.empty() && !fs::exists(at, failure); at = at.parent_path()) {
    made_.push_back(at);
  }
  fs::create_directories(*folder, failure);
  return failure ? Expected<void>(lock_error(folder_, failure.message())) : Expected<void>();
}

Expected<void> FolderLock::lock() {
  const fs::path name = folder_ / kLockName;
  for (int i = 0; i < kMostLockTries; ++i) {
    Descriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666));
    if (!file) {
      return lock_error(folder_, std::strerror(errno));
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) {
        return Error{ErrorCode::kUsage, folder_.string() + ": the folder is in use by " +
                                            holder_of(file.get()) +
                                            "; wait until that has ended, or name another folder."};
      }
      log_warning("lock", folder_.string() + ": this file system has no locks (" + std::strerror(errno) +
                              "); let nothing else write to the folder.");
      ::unlink(name.c_str());
      return {};
    }
    if (is_named(file.get(), name)) {
      [[maybe_unused]] const bool said = ::ftruncate(file.get(), 0) == 0 && write_all(file.get(), own_name());
      file_ = std::move(file);
      return {};
    }
  }
  return lock_error(folder_, "others keep taking it");
}

FolderLock::~FolderLock() {
  if (inode_ != 0 && !check()) {
    return;  // another folder has this name now
  }
  const fs::path name = folder_ / kLockName;
  if (file_ && is_named(file_.get(), name)) {
    ::unlink(name.c_str());
  }
  for (const fs::path& folder : made_) {
    ::rmdir(folder.c_str());
  }
}

Expected<void> FolderLock::check() const {
  struct stat now {};
  if (::stat(folder_.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_) {
    return {};
  }
  return Error{ErrorCode::kFailed,
               folder_.string() + ": the folder was removed or replaced while it was written to."};
}

}  // namespace alidade
