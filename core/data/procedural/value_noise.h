// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace alidade {

/// A random number in [0, 1) for each point of the integer lattice.
double lattice_noise(std::int32_t x, std::int32_t y, std::uint32_t seed);

/// Smooth noise in [0, 1] that has the lattice's values at its points.
double value_noise(double x, double y, std::uint32_t seed);

}  // namespace alidade
