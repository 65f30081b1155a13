// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "core/base/expected.h"

namespace alidade {

/// Asked before the work begins, so that none is lost: kUsage when `path` is a folder, or a file that is
/// there already without `force`. Pipes and devices are written to and replaced by nothing, so they need no
/// --force. An empty path is no output.
Expected<void> check_output_file(const std::string& path, bool force);

}  // namespace alidade
