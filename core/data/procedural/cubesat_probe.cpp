// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>
#include <vector>

#include <Eigen/Geometry>

#include "core/base/random.h"
#include "core/data/procedural/cubesat_model.h"
#include "core/data/procedural/shape_parts.h"
#include "core/data/procedural/value_noise.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

using Eigen::Vector3d;

constexpr int kBusSides = 8;
constexpr double kBusRadius = 0.11, kBusHalf = 0.075;  // to the middle of a side, and half the height; metres
constexpr Rgb kFoilGold{218, 160, 60}, kFoilDark{52, 46, 44}, kPaintWhite{236, 236, 230},
    kMetal{160, 164, 170}, kCellBlue{38, 66, 150}, kMarkRed{200, 44, 36}, kMarkGreen{60, 160, 96};

/// Eight sides, no two neighbors alike, and two lids.
void add_bus(SpacecraftBuilder& b) {
  const double step = 2.0 * std::numbers::pi / kBusSides, half = kBusRadius * std::tan(0.5 * step);
  const Rgb colors[kBusSides] = {kFoilGold, kPaintWhite, kFoilGold, kMarkGreen,
                                 kFoilDark, kFoilGold,   kCellBlue, kFoilDark};
  std::vector<Vector3d> top, bottom;
  for (int i = 0; i < kBusSides; ++i) {
    const double angle = step * i;
    const Vector3d out(std::cos(angle), 0.0, -std::sin(angle)),
        across(-std::sin(angle), 0.0, -std::cos(angle));
    b.parts.rectangle(kBusRadius * out, half * across, {0.0, kBusHalf, 0.0}, colors[i]);
    b.finish_as(i == 1 || i == 3 ? Finish::kPaint : i == 6 ? Finish::kGlass : Finish::kFoil);
    top.push_back(kBusRadius * out + half * across + Vector3d(0.0, kBusHalf, 0.0));
    bottom.insert(bottom.begin(), top.back() - Vector3d(0.0, 2.0 * kBusHalf, 0.0));
  }
  b.parts.polygon(top, kMetal);
  b.parts.polygon(bottom, kPaintWhite);
  b.parts.revolve(
      {{{{0.0, -0.115}, {0.045, -0.115}}, kFoilDark}, {{{0.045, -0.115}, {0.02, -0.074}}, kMetal}}, 18);
  b.finish_as(Finish::kPaint);
  b.mark({0.06, -kBusHalf, 0.0}, -Vector3d::UnitY(), {0.025, 0.04}, kMarkRed);
  b.finish_as(Finish::kPaint);
}

/// A long boom to +x, a generator with rings to -x and the back, a camera on a platform to the front.
void add_booms(SpacecraftBuilder& b) {
  b.parts.box({0.21, -0.02, 0.0}, {0.22, 0.014, 0.014}, 0.0, kMetal);
  b.parts.box({0.33, -0.02, 0.0}, {0.03, 0.05, 0.04}, 0.004, kPaintWhite);
  b.parts.box({0.22, -0.02, 0.0}, {0.025, 0.03, 0.03}, 0.003, kMarkRed);
  b.finish_as(Finish::kPaint);
  b.parts.place(
      {rotation_about(Vector3d::UnitY(), -0.6) * rotation_about(Vector3d::UnitZ(), 0.5 * std::numbers::pi),
       {-0.07, -0.03, -0.04}});
  b.parts.revolve({{{{0.0, 0.0}, {0.012, 0.0}}, kMetal}, {{{0.012, 0.0}, {0.012, 0.2}}, kMetal}}, 10);
  for (int i = 0; i < 4; ++i) {
    const double low = 0.07 + 0.036 * i, high = low + 0.036;
    b.parts.revolve({{{{0.012, low}, {0.03, low}}, kFoilDark},
                     {{{0.03, low}, {0.03, high - 0.008}}, i % 2 == 0 ? kFoilDark : kMarkRed},
                     {{{0.03, high - 0.008}, {0.0, high - 0.008}}, kFoilDark}},
                    14);
  }
  b.parts.place({});
  b.parts.box({-0.05, -0.035, 0.135}, {0.03, 0.03, 0.07}, 0.0, kMetal);
  b.parts.box({-0.05, -0.035, 0.185}, {0.075, 0.07, 0.06}, 0.004, kCellBlue);
  b.parts.place({rotation_about(Vector3d::UnitX(), 0.5 * std::numbers::pi), {-0.035, -0.035, 0.215}});
  b.parts.revolve({{{{0.025, 0.0}, {0.025, 0.025}}, kMetal}, {{{0.025, 0.025}, {0.0, 0.02}}, kFoilDark}}, 18);
  b.parts.place({});
  b.finish_as(Finish::kPaint);
}

void add_lump(SpacecraftBuilder& b, Random& random) {
  constexpr int kRings = 7, kSides = 10;
  const auto seed = static_cast<std::uint32_t>(random.bits());
  const Rgb color = shade(kMetal, random.uniform(0.5, 1.0));
  std::vector<LoftRing> rings;
  for (int i = 0; i <= kRings; ++i) {
    const double tilt = std::numbers::pi * i / kRings;
    LoftRing ring{{}, color};
    for (int s = 0; s < kSides; ++s) {
      const double angle = -2.0 * std::numbers::pi * s / kSides;
      const bool tip = i == 0 || i == kRings;
      const double r = tip ? 0.7 : 0.55 + 0.45 * lattice_noise(i, s, seed);
      ring.points.push_back(
          r * Vector3d(std::sin(tilt) * std::cos(angle), -std::cos(tilt), std::sin(tilt) * std::sin(angle)));
    }
    rings.push_back(std::move(ring));
  }
  b.parts.loft(rings, false, false);
  b.finish_as(random.uniform() < 0.5 ? Finish::kPaint : Finish::kFoil);
}

}  // namespace

Spacecraft make_probe() {
  SpacecraftBuilder b;
  add_bus(b);
  add_booms(b);
  b.parts.box({0.0, 0.09, 0.0}, {0.05, 0.04, 0.05}, 0.0, kMetal);
  b.finish_as(Finish::kPaint);
  b.parts.place({rotation_about(Vector3d::UnitX(), 0.12), {0.0, 0.105, 0.0}});
  b.dish(0.15, 0.045, kPaintWhite, kMetal);
  b.parts.place({});
  return b.finish("probe");
}

Spacecraft make_debris(std::uint64_t seed, double radius) {
  Random random(seed);
  SpacecraftBuilder b;
  const double kind = random.uniform();
  if (kind < 0.4) {  // a torn panel
    const double width = random.uniform(0.4, 0.7);
    b.parts.box(Vector3d::Zero(), {2.0 * width, 1.5, 0.06}, 0.0, kPaintWhite);
    b.finish_as(Finish::kPaint);
    b.cells({0.0, 0.0, 0.03}, Vector3d::UnitZ(), {0.92 * width, 0.7}, 2, 3, kCellBlue);
    b.parts.box({width, -0.4, 0.1}, {0.5, 0.1, 0.3}, 0.0, kMetal);
    b.finish_as(Finish::kPaint);
  } else if (kind < 0.6) {  // a girder
    b.parts.box({0.0, 0.0, 0.0}, {2.0, 0.2, 0.2}, 0.02, kMetal);
    b.parts.box({0.5, 0.25, 0.0}, {0.3, 0.5, 0.3}, 0.02, kFoilGold);
    b.parts.box({-0.6, 0.0, 0.0}, {0.3, 0.26, 0.26}, 0.02, kFoilDark);
    b.finish_as(Finish::kPaint);
  } else {
    add_lump(b, random);
  }
  Spacecraft debris = b.finish("debris");
  for (auto& vertex : debris.shape.mesh.vertices) {
    vertex *= static_cast<float>(radius);
  }
  debris.shape.size *= radius;
  return debris;
}

}  // namespace alidade
