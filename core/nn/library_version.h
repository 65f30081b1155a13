// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace alidade {

/// The version of libtorch, "1.13.1".
std::string torch_version();

}  // namespace alidade
