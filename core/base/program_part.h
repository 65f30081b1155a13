// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

namespace alidade {

/// A part of Alidade that is opened only when it is needed: `name` beside the running program (a build) or in
/// lib/alidade of its installation. Empty when there is none. No other folder is searched: a file from
/// elsewhere would run with the user's rights.
std::filesystem::path find_program_part(const std::string& name);

}  // namespace alidade
