// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/depth_noise.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/random.h"

namespace alidade {
namespace {

constexpr int kTableBits = 12;
constexpr int kTableSize = 1 << kTableBits;

// Quantiles of the standard normal at (i + 0.5) / 4096, by bisection: one lookup per pixel instead of a
// logarithm.
const std::array<float, kTableSize>& normal_quantiles() {
  static const auto table = [] {
    std::array<float, kTableSize> values{};
    for (int i = 0; i < kTableSize; ++i) {
      const double p = (i + 0.5) / kTableSize;
      double low = -6.0, high = 6.0;
      for (int step = 0; step < 60; ++step) {
        const double middle = 0.5 * (low + high);
        (0.5 * std::erfc(-middle / std::sqrt(2.0)) < p ? low : high) = middle;
      }
      values[i] = static_cast<float>(0.5 * (low + high));
    }
    return values;
  }();
  return table;
}

bool at_depth_edge(const Rasterizer& drawn, int x, int y, float z) {
  const auto differs = [&](int u, int v) {
    if (u < 0 || v < 0 || u >= drawn.camera().width || v >= drawn.camera().height) {
      return false;
    }
    return std::abs(drawn.depth(u, v) - z) > 0.02F + 0.02F * z;
  };
  return differs(x - 1, y) || differs(x + 1, y) || differs(x, y - 1) || differs(x, y + 1);
}

}  // namespace

ImageF sense_depth(const Rasterizer& drawn, double factor, std::uint64_t seed) {
  const PinholeCamera& camera = drawn.camera();
  ImageF depth(camera.width, camera.height, 1);
  const auto& quantiles = normal_quantiles();
  Random random(seed);
  for (int y = 0; y < camera.height; ++y) {
    for (int x = 0; x < camera.width; ++x) {
      const double z = drawn.fragment(x, y).z;
      if (z <= 0.0 || factor <= 0.0) {
        *depth.pixel(x, y) = static_cast<float>(z);
        continue;
      }
      const std::uint64_t bits = random.bits();
      const double chance = static_cast<double>(bits >> 40) * 0x1.0p-24;
      const double cosine = drawn.incidence_cosine(x, y);
      double loss = 0.001 + 0.6 * std::max(0.0, 1.0 - cosine / 0.2);
      if (at_depth_edge(drawn, x, y, static_cast<float>(z))) {
        loss += 0.3;
      }
      if (chance < factor * loss) {
        continue;  // a hole: 0
      }
      // Noise along the ray scales the whole point, hence z by the same ratio.
      const double range = z * camera.unproject(x, y, 1.0).norm();
      const double sigma = factor * (0.0012 * z * z + 0.0004);
      *depth.pixel(x, y) = static_cast<float>(z * (1.0 + sigma * quantiles[bits & (kTableSize - 1)] / range));
    }
  }
  return depth;
}

ImageU16 quantize_depth(const ImageF& depth, double unit_mm) {
  ImageU16 units(depth.width, depth.height, 1);
  for (std::size_t i = 0; i < depth.data.size(); ++i) {
    const double value = std::round(depth.data[i] * 1000.0 / unit_mm);
    units.data[i] = value > 0.0 && value <= 65535.0 ? static_cast<std::uint16_t>(value) : std::uint16_t{0};
  }
  return units;
}

ImageF depth_from_units(const ImageU16& units, double unit_mm) {
  ImageF depth(units.width, units.height, 1);
  const auto metres = static_cast<float>(unit_mm * 1e-3);  // as plugins/bop does, to the bit
  for (std::size_t i = 0; i < units.data.size(); ++i) {
    depth.data[i] = static_cast<float>(units.data[i]) * metres;
  }
  return depth;
}

}  // namespace alidade
