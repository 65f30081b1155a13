// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/set_workshop.h"

#include <fcntl.h>

#include <cstdio>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/studies/plain/set_names.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

/// By no longer a name than is legal.
fs::path partial_folder(const fs::path& output) {
  constexpr std::size_t kLongestName = 200;
  const std::string name = output.filename().string();
  return output.parent_path() /
         ("." + (name.size() <= kLongestName ? name : sha256_hex(name).substr(0, 32)) + ".partial");
}

}  // namespace

Expected<fs::path> set_output_folder(const fs::path& named) {
  std::error_code failure;
  const fs::path there = fs::canonical(named, failure);
  if (!failure) {
    return there;
  }
  const auto target = behind_links(named.has_filename() ? named : named.parent_path());
  return target ? Expected<fs::path>(fs::absolute(*target)) : target;
}

SetWorkshop::SetWorkshop(const fs::path& output) : output_(output), folder_(partial_folder(output)) {}

SetWorkshop::~SetWorkshop() {
  if (lock_) {
    clear();
    lock_.reset();
    std::error_code ignored;
    fs::remove(folder_, ignored);
  }
}

Expected<void> SetWorkshop::open() {
  auto lock = FolderLock::acquire(folder_);
  if (!lock) {
    return lock.error();
  }
  if (auto ours = check_unfinished_set(folder_); !ours) {
    return ours;
  }
  lock_.emplace(std::move(*lock));
  clear();
  return {};
}

Expected<void> SetWorkshop::publish(const ProceduralSet& set) {
  std::error_code failure;
  if (fs::exists(output_, failure)) {
    if (auto replaceable = check_replaceable_set(output_, set); !replaceable) {
      return replaceable;
    }
  }
  lock_.reset();
  // In one step where the file system can: then there is a whole set under the name at any time.
  if (::renameat2(AT_FDCWD, folder_.c_str(), AT_FDCWD, output_.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(folder_, failure);
    return {};
  }
  fs::remove_all(output_, failure);
  if (!failure) {
    fs::rename(folder_, output_, failure);
  }
  if (failure) {
    const Error error{ErrorCode::kFailed,
                      output_.string() + ": " + failure.message() + "; check permissions."};
    fs::remove_all(folder_, failure);
    return error;
  }
  return {};
}

/// All but the lock.
void SetWorkshop::clear() {
  std::error_code ignored;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(folder_, ignored); !ignored && at != fs::directory_iterator();
       at.increment(ignored)) {
    found.push_back(at->path());
  }
  for (const fs::path& path : found) {
    if (path.filename() != ".lock") {
      fs::remove_all(path, ignored);
    }
  }
}

}  // namespace alidade
