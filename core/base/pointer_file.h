// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace alidade {

/// What to do about a small text file that stands where a version-control tool would put the real one (Git
/// LFS, git-annex): "is a Git LFS pointer; run git lfs pull", without subject and period. Nothing for any
/// other bytes.
std::optional<std::string> pointer_remark(std::string_view bytes);

}  // namespace alidade
