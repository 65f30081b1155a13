// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/expected.h"

namespace alidade {

/// One writer at a time in a folder: a lock on the file ".lock" in it, which says who holds it. It ends with
/// this object or its process, however that ends; readers are not stopped. Where the file system knows no
/// locks, a warning is logged and there is none.
class FolderLock {
 public:
  /// Makes the folder where it is missing. kUsage when another writer is at work there; the sentence says
  /// who.
  static Expected<FolderLock> acquire(const std::filesystem::path& folder);
  /// Removes the file, and the folders that were made for it if nothing else came into them.
  ~FolderLock();
  FolderLock(FolderLock&&) noexcept = default;
  FolderLock& operator=(FolderLock&&) = delete;

  /// An Error when the folder is no longer the one that was locked: removed, renamed or replaced.
  Expected<void> check() const;

 private:
  explicit FolderLock(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Expected<void> make_folder();
  Expected<void> lock();

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_;  ///< by make_folder, the innermost first
  Descriptor file_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace alidade
