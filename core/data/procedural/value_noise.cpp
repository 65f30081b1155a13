// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/value_noise.h"

#include <cmath>

namespace alidade {

double lattice_noise(std::int32_t x, std::int32_t y, std::uint32_t seed) {
  std::uint32_t h =
      static_cast<std::uint32_t>(x) * 0x8da6b343U ^ static_cast<std::uint32_t>(y) * 0xd8163841U ^ seed;
  h = (h ^ (h >> 15)) * 0x2c1b3c6dU;
  h = (h ^ (h >> 12)) * 0x297a2d39U;
  return static_cast<double>(h ^ (h >> 15)) * 0x1.0p-32;
}

double value_noise(double x, double y, std::uint32_t seed) {
  const double fx = std::floor(x), fy = std::floor(y);
  const auto ix = static_cast<std::int32_t>(fx), iy = static_cast<std::int32_t>(fy);
  double u = x - fx, v = y - fy;
  u = u * u * (3.0 - 2.0 * u);
  v = v * v * (3.0 - 2.0 * v);
  const double low = lattice_noise(ix, iy, seed) * (1.0 - u) + lattice_noise(ix + 1, iy, seed) * u;
  const double high = lattice_noise(ix, iy + 1, seed) * (1.0 - u) + lattice_noise(ix + 1, iy + 1, seed) * u;
  return low * (1.0 - v) + high * v;
}

}  // namespace alidade
