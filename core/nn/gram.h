// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace alidade {

/// Inner products, in double, of every row of `a` with every row of `b`, all of one length.
/// Row-major
/// [rows of a][rows of b].
std::vector<double> inner_products(std::span<const std::vector<float>* const> a,
                                   std::span<const std::vector<float>* const> b);

}  // namespace alidade
