// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/meeting_place.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/sha256.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr int kMostTries = 100;
constexpr std::size_t kNameLength = 24;

/// Whether this is a folder, no link, of the user alone: who reads the addresses could join.
bool is_own_folder(const fs::path& folder) {
  struct stat found {};
  return lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == getuid() &&
         (found.st_mode & 077) == 0;
}

/// A folder of this machine that is the user's own.
Expected<fs::path> own_folder() {
  // Launchers hand on the variable of the machine where they were called; the folder need not be here.
  if (const char* folder = std::getenv("XDG_RUNTIME_DIR"); folder != nullptr && is_own_folder(folder)) {
    return fs::path(folder);
  }
  const auto folder = fs::temp_directory_path() / ("alidade-" + std::to_string(getuid()));
  mkdir(folder.c_str(), 0700);
  if (!is_own_folder(folder)) {
    return Error{ErrorCode::kFailed, folder.string() +
                                         " is not a folder of yours alone, in which processes could "
                                         "meet; remove it or set ALIDADE_MEETING_FOLDER."};
  }
  return folder;
}

fs::path lock_name(const fs::path& file) {
  return file.string() + ".lock";
}

/// Whether the open file still has this name: who left last may have removed it.
bool is_named(int file, const fs::path& name) {
  struct stat open {
  }, named{};
  return fstat(file, &open) == 0 && lstat(name.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino;
}

Error no_place(const fs::path& file, const std::string& reason) {
  return {ErrorCode::kFailed, file.string() + ": the processes cannot meet there (" + reason +
                                  "); set ALIDADE_MEETING_FOLDER to a folder that all of them may write."};
}

}  // namespace

Expected<MeetingPlace> MeetingPlace::enter(const fs::path& folder, const std::string& launch) {
  const auto own = folder.empty() ? own_folder() : Expected<fs::path>(folder);
  if (!own) {
    return own.error();
  }
  const fs::path file = *own / ("alidade-" + sha256_hex(launch).substr(0, kNameLength));
  const fs::path name = lock_name(file);
  for (int i = 0; i < kMostTries; ++i) {
    Descriptor lock(open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
    if (!lock) {
      return no_place(file, std::strerror(errno));
    }
    if (flock(lock.get(), LOCK_EX | LOCK_NB) == 0 && is_named(lock.get(), name)) {
      unlink(file.c_str());  // nobody is there: it is of a start that was killed
    }
    if (flock(lock.get(), LOCK_SH) != 0) {
      return no_place(file, std::strerror(errno));
    }
    if (is_named(lock.get(), name)) {
      return MeetingPlace(file, std::move(lock));
    }
  }
  return no_place(file, "others keep taking it away");
}

MeetingPlace::~MeetingPlace() {
  const fs::path name = lock_name(file_);
  if (lock_ && flock(lock_.get(), LOCK_EX | LOCK_NB) == 0 && is_named(lock_.get(), name)) {
    unlink(file_.c_str());
    unlink(name.c_str());
  }
}

}  // namespace alidade
