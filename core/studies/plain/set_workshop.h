// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>

#include "core/base/expected.h"
#include "core/base/folder_lock.h"
#include "core/data/procedural/procedural_generator.h"

namespace alidade {

/// The folder that `named` stands for: a link that the user named stays one, and its target is made or
/// replaced.
Expected<std::filesystem::path> set_output_folder(const std::filesystem::path& named);

/// The folder in which a set is built, hidden beside its output. Removed with this object unless it was
/// published.
class SetWorkshop {
 public:
  explicit SetWorkshop(const std::filesystem::path& output);
  ~SetWorkshop();
  SetWorkshop(const SetWorkshop&) = delete;
  SetWorkshop& operator=(const SetWorkshop&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

  /// Makes the folder, for this process alone, and clears what a killed one left there. kUsage when another
  /// one is at work there, or something of somebody else lies there.
  Expected<void> open();
  /// Takes the place of what is there. That is looked at once more: making the set may have taken hours.
  Expected<void> publish(const ProceduralSet& set);

 private:
  void clear();

  std::filesystem::path output_, folder_;
  std::optional<FolderLock> lock_;
};

}  // namespace alidade
