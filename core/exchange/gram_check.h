// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/base/expected.h"

namespace alidade {

/// Whether numbers [row][row] can be inner products of vectors: symmetric within the rounding of single
/// precision, lengths not negative, no product beyond both lengths, finite but for rows that are NaN all
/// along. Makes them symmetric to the last bit. The Error begins with "FILE: PLACE: ".
Expected<void> check_gram(std::span<double> values, std::size_t rows, const std::string& file,
                          const std::string& place);

}  // namespace alidade
