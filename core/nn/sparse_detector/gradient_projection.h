// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/nn/sparse_detector/gradient_exchange.h"

namespace alidade {

/// Factors of the sources' gradients whose mean is PCGrad's step (Yu et al. 2020): each gradient, all shared
/// tensors as one vector, loses its component along every other one that it opposes, in an order drawn from
/// `draw`. 1 for all where none oppose each other.
std::vector<double> projection_scales(std::span<const SourceStep> steps, std::uint64_t draw);

}  // namespace alidade
