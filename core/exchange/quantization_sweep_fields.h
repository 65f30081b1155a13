// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <string_view>

namespace alidade {

// How a sweep's file calls the values of enumerations, in their order.

inline constexpr std::array<std::string_view, 4> kSweepMethodNames{"full_precision", "post_training", "lsq",
                                                                   "inq"};
inline constexpr std::array<std::string_view, 4> kNormModeNames{"none", "live", "frozen", "folded"};

}  // namespace alidade
