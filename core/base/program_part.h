// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/base/expected.h"

namespace alidade {

/// Who, beside the user, root and the owner of the running program, may change what is loaded from a folder.
enum class OtherWriters { kNone, kGroup, kAnybody };

/// The rights on this file, on its folder and, for a link, on what it points to and on the folder of that.
OtherWriters other_writers(const std::filesystem::path& file);

enum class PartTrust {
  kOwn,     ///< built with the program: a folder that its group may write to is warned of
  kModule,  ///< added to it: nobody else may write there
};

/// A part of Alidade that is opened only when it is needed: `name` beside the running program (a build) or in
/// lib/alidade of its installation. Empty when there is none. No other folder is searched, and none that
/// somebody else may write to: a file from there would run with the user's rights. Refused with the folder's
/// name; a warning goes to the log once.
Expected<std::filesystem::path> find_program_part(const std::string& name, PartTrust trust = PartTrust::kOwn);

}  // namespace alidade
