// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "core/base/random.h"

namespace alidade::fuzz {

/// The bytes with one to four faults in them: bits flipped, ends cut off, parts removed, doubled or moved,
/// numbers and texts replaced by what a reader does not expect, brackets and their contents edited;
/// in archives also single entries, with checksums that are right again. Depends
/// on the random numbers alone. May return the bytes as they were.
std::string mutated(std::string_view bytes, Random& random);

}  // namespace alidade::fuzz
