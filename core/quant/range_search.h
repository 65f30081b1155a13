// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>

#include "core/quant/level_set.h"

namespace alidade {

// Scales of finite weights that share one, in double precision; 0 where all weights are 0.

/// max|w| / reach. Of powers of two INQ's largest level, 2^floor(log2(4 max|w| / 3)).
double largest_scale(std::span<const double> weights, const LevelSet& levels);

/// The scale of least squared error that was found: exact for binary (mean |w|) and ternary sets; of powers
/// of two, whose scale stays one, the best of 32; else the best of a scan below largest_scale, 64 scales
/// coarse and 64 fine, improved by turns (codes for the scale, scale for the codes) until nothing changes.
double least_squares_scale(std::span<const double> weights, const LevelSet& levels);

/// |Q(w) - w|^2 with this scale.
double error_with_scale(std::span<const double> weights, const LevelSet& levels, double scale);

}  // namespace alidade
