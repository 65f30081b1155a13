// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/base/descriptor.h"
#include "core/base/expected.h"

namespace alidade {

/// A file by which the processes of one start find each other. Who comes first clears away what a start that
/// was killed has left there; who leaves last removes it.
class MeetingPlace {
 public:
  /// In `folder`; empty = a folder of this machine that is the user's own. `launch` names the start. kFailed
  /// where it cannot be.
  static Expected<MeetingPlace> enter(const std::filesystem::path& folder, const std::string& launch);
  ~MeetingPlace();
  MeetingPlace(MeetingPlace&&) noexcept = default;
  MeetingPlace& operator=(MeetingPlace&&) noexcept = default;

  const std::filesystem::path& file() const { return file_; }

 private:
  MeetingPlace(std::filesystem::path file, Descriptor lock)
      : file_(std::move(file)), lock_(std::move(lock)) {}

  std::filesystem::path file_;
  Descriptor lock_;  ///< shared by all that are there; it goes with a process, however that ends
};

}  // namespace alidade
