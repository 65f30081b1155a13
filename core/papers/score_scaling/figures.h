// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/papers/score_scaling/numbers.h"

namespace alidade {

/// The figures of a reproduction as (file name, SVG): figure-4.svg, figure-7.svg (when features were looked
/// at) and figure-8.svg. Lines are means over seeds, bands reach from the least to the greatest, as the
/// paper's do.
std::vector<std::pair<std::string, std::string>> reproduce_figures(const ReproduceNumbers& numbers);

}  // namespace alidade
