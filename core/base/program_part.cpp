// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/program_part.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "core/base/log.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

fs::path running_program() {
  std::error_code failure;
  return fs::read_symlink("/proc/self/exe", failure);
}

OtherWriters writers_of(const fs::path& place) {
  struct stat status {
  }, program{};
  if (::stat(place.c_str(), &status) != 0) {
    return OtherWriters::kAnybody;
  }
  // Whoever owns the running program could have changed that as well.
  const bool owned_here = ::stat("/proc/self/exe", &program) == 0 && status.st_uid == program.st_uid;
  const bool foreign = status.st_uid != 0 && status.st_uid != ::geteuid() && !owned_here;
  if (foreign || (status.st_mode & S_IWOTH) != 0) {
    return OtherWriters::kAnybody;
  }
  return (status.st_mode & S_IWGRP) != 0 ? OtherWriters::kGroup : OtherWriters::kNone;
}

/// The programs that alidade becomes need not repeat what it has said before.
bool is_part_itself(const fs::path& program) {
  return program.filename().string().starts_with("alidade-");
}

Expected<fs::path> checked(const fs::path& file, PartTrust trust) {
  const OtherWriters writers = other_writers(file);
  if (writers == OtherWriters::kAnybody || (writers == OtherWriters::kGroup && trust == PartTrust::kModule)) {
    return Error{ErrorCode::kFailed, file.string() +
                                         ": it is not loaded, since others may write to this file or its "
                                         "folder; take that right from them (chmod go-w), or install Alidade "
                                         "where only you or root may write."};
  }
  static std::atomic<bool> warned{false};
  if (writers == OtherWriters::kGroup && !is_part_itself(running_program()) && !warned.exchange(true)) {
    log_warning("warning",
                file.parent_path().string() +
                    ": its group may change the parts of Alidade in this folder, which run with your "
                    "rights; chmod g-w takes that away.");
  }
  return file;
}

}  // namespace

OtherWriters other_writers(const fs::path& file) {
  std::error_code failure;
  const fs::path target = fs::canonical(file, failure);
  if (failure) {
    return OtherWriters::kAnybody;
  }
  return std::max({writers_of(target), writers_of(target.parent_path()), writers_of(file.parent_path())});
}

Expected<fs::path> find_program_part(const std::string& name, PartTrust trust) {
  std::error_code failure;
  const fs::path folder = running_program().parent_path();
  for (const fs::path& place : {folder / name, folder.parent_path() / ALIDADE_LIBDIR / "alidade" / name}) {
    if (folder.is_absolute() && fs::is_regular_file(place, failure)) {
      return checked(place, trust);
    }
  }
  return fs::path();
}

}  // namespace alidade
