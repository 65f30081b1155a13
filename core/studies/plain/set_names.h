// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include "core/base/expected.h"
#include "core/data/procedural/procedural_generator.h"

namespace alidade {

/// The names of the files and folders that a set of procedural data consists of.
class SetNames {
 public:
  /// Those of any set.
  SetNames();
  /// Those that one set can have.
  explicit SetNames(const ProceduralSet& set);

  /// `relative` to the set's folder.
  bool has(const std::filesystem::path& relative, bool is_folder) const;

 private:
  bool has_in_scene(const std::filesystem::path& relative, std::int64_t frames, bool is_folder) const;

  bool has_of_rooms(const std::filesystem::path& relative, bool is_folder) const;

  bool images_ = true, rooms_ = true;  ///< what the set may consist of
  std::set<std::string> splits_;
  std::string infos_;  ///< of rooms; empty = any
  std::int64_t scenes_, frames_, sequence_frames_, models_, instances_;
};

/// "train", "val" or "test": the folder names BOP knows.
std::string split_folder(const ProceduralSet& set);

/// kUsage, naming one of them, when something lies in `folder` that `dataset make` wrote neither for the
/// recipe that the set there was made by nor would write for `set`; and when there is no such set. An
/// empty folder is fine.
Expected<void> check_replaceable_set(const std::filesystem::path& folder, const ProceduralSet& set);

/// kUsage when something lies in `folder` that is of no set at all.
Expected<void> check_unfinished_set(const std::filesystem::path& folder);

}  // namespace alidade
