// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "core/base/expected.h"
#include "core/results/branch_accuracy.h"

namespace alidade {

/// What such a file may at most hold.
inline constexpr std::size_t kMostAccuracyCategories = 256;
inline constexpr std::size_t kMostAccuracyBranches = 64;

/// The "format" of such a file.
inline constexpr const char* kBranchAccuracyFormat = "alidade-branch-accuracy";

/// The text of such a file (docs/formats.md, "Branch accuracies").
std::string branch_accuracy_json(const BranchAccuracy& accuracy);
Expected<void> write_branch_accuracy(const BranchAccuracy& accuracy, const std::filesystem::path& path);

/// Reads what write_branch_accuracy wrote, or what somebody else measured. kInput names file and place.
Expected<BranchAccuracy> read_branch_accuracy(const std::filesystem::path& path,
                                              const std::stop_token& stop = {});

}  // namespace alidade
