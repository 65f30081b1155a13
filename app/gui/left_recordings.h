// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <vector>

namespace alidade {

/// Recordings of estimates (Workbench::recoveryFolder) whose process is gone, newest first. They are renamed
/// from "estimate-..." to "kept-...", so that each is found once; of those that were found before, the newest
/// few stay on disk.
std::vector<std::filesystem::path> takeLeftRecordings(const std::filesystem::path& folder);

}  // namespace alidade
