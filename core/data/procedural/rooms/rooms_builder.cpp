// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/rooms/rooms_builder.h"

namespace alidade {

RoomsBuilder::RoomsBuilder(Random& random) : random_(random) {
  static const Eigen::Vector3f woods[] = {{0.55F, 0.38F, 0.24F},
                                          {0.36F, 0.24F, 0.15F},
                                          {0.78F, 0.66F, 0.5F},
                                          {0.88F, 0.87F, 0.84F},
                                          {0.3F, 0.3F, 0.32F}};
  wood_ = woods[random_.index(5)] * draw(0.85F, 1.1F);
}

float RoomsBuilder::draw(float low, float high) {
  return low + (high - low) * static_cast<float>(random_.uniform());
}

bool RoomsBuilder::chance(double share) {
  return random_.uniform() < share;
}

Eigen::Vector3f RoomsBuilder::cloth() {
  const float r = draw(0.1F, 0.9F), g = draw(0.1F, 0.9F), b = draw(0.1F, 0.9F);
  const float gray = (r + g + b) / 3.0F;
  return 0.5F * Eigen::Vector3f(r, g, b) + Eigen::Vector3f::Constant(0.5F * gray);
}

void RoomsBuilder::cuboid(float x0, float x1, float y0, float y1, float z0, float z1,
                          const Eigen::Vector3f& color) {
  object_.solids.push_back({RoomsSolid::Kind::kCuboid,
                            {(x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2},
                            {(x1 - x0) / 2, (y1 - y0) / 2, (z1 - z0) / 2},
                            color});
}

void RoomsBuilder::cylinder(const Eigen::Vector3f& center, const Eigen::Vector3f& half,
                            const Eigen::Vector3f& color) {
  object_.solids.push_back({RoomsSolid::Kind::kCylinder, center, half, color});
}

void RoomsBuilder::ellipsoid(const Eigen::Vector3f& center, const Eigen::Vector3f& half,
                             const Eigen::Vector3f& color) {
  object_.solids.push_back({RoomsSolid::Kind::kEllipsoid, center, half, color});
}

void RoomsBuilder::legs(float w, float d, float top, float half, const Eigen::Vector3f& color) {
  for (const float x : {-w / 2 + half, w / 2 - half}) {
    for (const float y : {-d / 2 + half, d / 2 - half}) {
      cuboid(x - half, x + half, y - half, y + half, 0.0F, top, color);
    }
  }
}

}  // namespace alidade
