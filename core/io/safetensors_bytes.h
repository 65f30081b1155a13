// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "core/base/expected.h"
#include "core/io/safetensors.h"

namespace alidade {

/// The bytes that write_safetensors puts into a file, for a path that the user named (write_file_atomically).
/// `name` stands in the Error of a tensor whose bytes do not fit its type and shape.
Expected<std::string> safetensors_bytes(const SafeTensors& content, const std::string& name);

}  // namespace alidade
