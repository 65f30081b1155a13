// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/rooms/rooms_builder.h"
#include "core/data/procedural/rooms/rooms_furniture.h"

namespace alidade {
namespace {

void make_plant(RoomsBuilder& b) {
  const float r = b.draw(0.1F, 0.18F), h = b.draw(0.2F, 0.35F);
  b.cylinder({0.0F, 0.0F, h / 2}, {r, r, h / 2}, {0.6F, 0.35F, 0.25F});
  const Eigen::Vector3f green{0.2F, b.draw(0.35F, 0.55F), 0.15F};
  for (int i = 0; i < 4; ++i) {
    b.ellipsoid({b.draw(-0.12F, 0.12F), b.draw(-0.12F, 0.12F), h + b.draw(0.1F, 0.6F)},
                {b.draw(0.1F, 0.22F), b.draw(0.1F, 0.22F), b.draw(0.12F, 0.25F)}, green);
  }
}

void make_lamp(RoomsBuilder& b, float height, float shade) {
  b.cylinder({0.0F, 0.0F, 0.015F}, {shade * 0.7F, shade * 0.7F, 0.015F}, b.metal());
  b.cylinder({0.0F, 0.0F, height / 2}, {0.015F, 0.015F, height / 2}, b.metal());
  b.cylinder({0.0F, 0.0F, height}, {shade, shade, shade * 0.8F}, {0.95F, 0.9F, 0.75F});
}

void make_monitor(RoomsBuilder& b) {
  const float w = b.draw(0.45F, 0.65F);
  b.cuboid(-0.12F, 0.12F, -0.08F, 0.08F, 0.0F, 0.02F, b.metal());
  b.cuboid(-0.03F, 0.03F, -0.04F, -0.01F, 0.02F, 0.2F, b.metal());
  b.cuboid(-w / 2, w / 2, -0.01F, 0.03F, 0.12F, 0.12F + 0.6F * w, {0.08F, 0.08F, 0.1F});
}

void make_small_thing(RoomsBuilder& b) {
  const float r = b.draw(0.03F, 0.1F), h = b.draw(0.05F, 0.25F);
  if (b.chance(0.5)) {
    b.cuboid(-r, r, -r * 0.8F, r * 0.8F, 0.0F, h, b.cloth());
  } else {
    b.cylinder({0.0F, 0.0F, h / 2}, {r, r, h / 2}, b.cloth());
  }
}

}  // namespace

RoomsObject make_clutter(RoomsClutter kind, Random& random) {
  RoomsBuilder b(random);
  switch (kind) {
    case RoomsClutter::kBox: {
      const float w = b.draw(0.2F, 0.55F), d = b.draw(0.2F, 0.5F);
      b.cuboid(-w / 2, w / 2, -d / 2, d / 2, 0.0F, b.draw(0.15F, 0.5F), {0.68F, 0.52F, 0.35F});
      break;
    }
    case RoomsClutter::kBin: {
      const float r = b.draw(0.12F, 0.2F), h = b.draw(0.28F, 0.5F);
      b.cylinder({0.0F, 0.0F, h / 2}, {r, r, h / 2}, b.metal());
      break;
    }
    case RoomsClutter::kPlant:
      make_plant(b);
      break;
    case RoomsClutter::kFloorLamp:
      make_lamp(b, b.draw(1.35F, 1.7F), b.draw(0.14F, 0.22F));
      break;
    case RoomsClutter::kTableLamp:
      make_lamp(b, b.draw(0.25F, 0.4F), b.draw(0.09F, 0.14F));
      break;
    case RoomsClutter::kMonitor:
      make_monitor(b);
      break;
    case RoomsClutter::kPicture: {
      const float w = b.draw(0.4F, 1.1F), z = b.draw(1.2F, 1.5F);
      b.cuboid(-w / 2, w / 2, 0.0F, 0.03F, z, z + b.draw(0.35F, 0.75F), b.cloth());
      break;
    }
    case RoomsClutter::kDoor:
      b.cuboid(-0.46F, 0.46F, 0.0F, 0.05F, 0.0F, 2.03F, b.wood());
      b.cuboid(0.33F, 0.4F, 0.05F, 0.1F, 1.0F, 1.04F, b.metal());
      break;
    case RoomsClutter::kSmallThing:
      make_small_thing(b);
      break;
  }
  return std::move(b).object();
}

}  // namespace alidade
