// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/rooms/rooms_furniture.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/data/procedural/rooms/rooms_builder.h"

namespace alidade {
namespace {

void make_bed(RoomsBuilder& b) {
  const float w = b.draw(0.9F, 1.9F), l = b.draw(1.9F, 2.15F), frame = b.draw(0.22F, 0.34F);
  const float top = frame + b.draw(0.16F, 0.26F);
  b.cuboid(-w / 2, w / 2, -l / 2, l / 2, 0.05F, frame, b.wood());
  b.cuboid(-w / 2 + 0.02F, w / 2 - 0.02F, -l / 2 + 0.05F, l / 2 - 0.02F, frame, top, b.cloth());
  b.cuboid(-w / 2, w / 2, -l / 2 - 0.06F, -l / 2, 0.05F, b.draw(0.8F, 1.2F), b.wood());
  const int pillows = w > 1.3F ? 2 : 1;
  for (int i = 0; i < pillows; ++i) {
    const float x = pillows == 1 ? 0.0F : (i == 0 ? -w / 4 : w / 4);
    b.ellipsoid({x, -l / 2 + 0.28F, top + 0.05F}, {0.3F, 0.19F, 0.1F}, {0.9F, 0.9F, 0.88F});
  }
}

void make_chair(RoomsBuilder& b) {
  const float w = b.draw(0.42F, 0.54F), d = b.draw(0.42F, 0.52F), seat = b.draw(0.42F, 0.5F);
  const float top = b.draw(0.8F, 1.02F);
  const Eigen::Vector3f color = b.chance(0.5) ? b.cloth() : b.wood();
  b.cuboid(-w / 2, w / 2, -d / 2, d / 2, seat - 0.06F, seat, color);
  b.cuboid(-w / 2, w / 2, -d / 2, -d / 2 + 0.05F, seat + (b.chance(0.4) ? 0.14F : 0.0F), top, color);
  if (b.chance(0.4)) {
    b.cylinder({0.0F, 0.0F, seat / 2}, {0.035F, 0.035F, seat / 2}, b.metal());
    b.cuboid(-w / 2, w / 2, -0.03F, 0.03F, 0.02F, 0.08F, b.metal());
    b.cuboid(-0.03F, 0.03F, -d / 2, d / 2, 0.02F, 0.08F, b.metal());
  } else {
    b.legs(w, d, seat - 0.06F, 0.02F, b.wood());
  }
  if (b.chance(0.35)) {
    for (const float x : {-w / 2, w / 2 - 0.05F}) {
      b.cuboid(x, x + 0.05F, -d / 2, d / 2 - 0.06F, seat + 0.17F, seat + 0.21F, color);
      b.cuboid(x, x + 0.05F, d / 2 - 0.12F, d / 2 - 0.07F, seat, seat + 0.17F, color);
    }
  }
}

void make_sofa(RoomsBuilder& b) {
  const float w = b.chance(0.2) ? b.draw(0.85F, 1.05F) : b.draw(1.45F, 2.3F);
  const float d = b.draw(0.8F, 1.0F), seat = b.draw(0.38F, 0.46F), top = b.draw(0.74F, 0.92F);
  const float arm = b.draw(0.14F, 0.24F);
  const Eigen::Vector3f color = b.cloth();
  b.cuboid(-w / 2, w / 2, -d / 2, d / 2, 0.06F, seat, color);
  b.cuboid(-w / 2, w / 2, -d / 2, -d / 2 + 0.22F, seat, top, color);
  for (const float x : {-w / 2, w / 2 - arm}) {
    b.cuboid(x, x + arm, -d / 2, d / 2, seat, seat + 0.18F, color * 0.93F);
  }
  if (b.chance(0.5)) {
    b.ellipsoid({b.draw(-w / 4, w / 4), -d / 2 + 0.3F, seat + 0.2F}, {0.2F, 0.09F, 0.2F}, b.cloth());
  }
}

void make_table(RoomsBuilder& b, bool large) {
  const float h = !large && b.chance(0.3) ? b.draw(0.38F, 0.5F) : b.draw(0.7F, 0.77F);
  const Eigen::Vector3f color = b.wood();
  if (b.chance(large ? 0.15 : 0.25)) {
    const float r = b.draw(0.4F, 0.65F);
    b.cylinder({0.0F, 0.0F, h - 0.02F}, {r, r, 0.02F}, color);
    b.cylinder({0.0F, 0.0F, h / 2}, {0.05F, 0.05F, h / 2 - 0.02F}, color);
    b.cylinder({0.0F, 0.0F, 0.02F}, {r / 2, r / 2, 0.02F}, color);
    return;
  }
  const float w = large ? b.draw(1.2F, 2.6F) : b.draw(0.8F, 1.7F), d = b.draw(0.6F, large ? 1.2F : 0.95F);
  b.cuboid(-w / 2, w / 2, -d / 2, d / 2, h - 0.04F, h, color);
  b.legs(w, d, h - 0.04F, 0.03F, color * 0.9F);
}

void make_desk(RoomsBuilder& b) {
  const float w = b.draw(1.1F, 1.7F), d = b.draw(0.58F, 0.8F), h = b.draw(0.71F, 0.78F);
  const float side = b.chance(0.5) ? 1.0F : -1.0F;
  const Eigen::Vector3f color = b.wood();
  b.cuboid(-w / 2, w / 2, -d / 2, d / 2, h - 0.04F, h, color);
  const float inner = side * (w / 2 - 0.42F), outer = side * w / 2;
  b.cuboid(std::min(inner, outer), std::max(inner, outer), -d / 2, d / 2 - 0.03F, 0.03F, h - 0.04F,
           color * 0.9F);
  const float far = -side * w / 2;
  b.cuboid(std::min(far, far + side * 0.04F), std::max(far, far + side * 0.04F), -d / 2, d / 2, 0.0F,
           h - 0.04F, color);
  b.cuboid(-w / 2, w / 2, -d / 2, -d / 2 + 0.03F, 0.25F, h - 0.04F, color);
}

void make_bookshelf(RoomsBuilder& b) {
  const float w = b.draw(0.6F, 1.4F), d = b.draw(0.25F, 0.38F), h = b.draw(1.2F, 2.1F);
  const Eigen::Vector3f color = b.wood();
  b.cuboid(-w / 2, w / 2, -d / 2, -d / 2 + 0.02F, 0.0F, h, color * 0.8F);
  for (const float x : {-w / 2, w / 2 - 0.03F}) {
    b.cuboid(x, x + 0.03F, -d / 2, d / 2, 0.0F, h, color);
  }
  const int boards = 2 + static_cast<int>(h / 0.38F);
  for (int i = 0; i < boards; ++i) {
    const float z = (h - 0.03F) * static_cast<float>(i) / static_cast<float>(boards - 1);
    b.cuboid(-w / 2, w / 2, -d / 2, d / 2, z, z + 0.03F, color);
    if (i + 1 < boards && b.chance(0.75)) {
      const float from = b.draw(-w / 2 + 0.03F, 0.0F), to = from + b.draw(0.2F, w / 2);
      b.cuboid(from, to, -d / 2, d / 2 - b.draw(0.03F, 0.1F), z + 0.03F, z + b.draw(0.18F, 0.28F), b.cloth());
    }
  }
}

/// A closed front with doors or drawers, which stand out by their gaps.
void make_front(RoomsBuilder& b, float w, float d, float h, int columns, int rows) {
  const Eigen::Vector3f color = b.wood();
  b.cuboid(-w / 2, w / 2, -d / 2, d / 2 - 0.03F, 0.0F, h, color);
  const float width = w / static_cast<float>(columns), height = (h - 0.08F) / static_cast<float>(rows);
  for (int c = 0; c < columns; ++c) {
    for (int r = 0; r < rows; ++r) {
      const float x = -w / 2 + width * static_cast<float>(c), z = 0.06F + height * static_cast<float>(r);
      b.cuboid(x + 0.015F, x + width - 0.015F, d / 2 - 0.03F, d / 2, z + 0.012F, z + height - 0.012F,
               color * b.draw(0.88F, 0.96F));
    }
  }
}

void make_toilet(RoomsBuilder& b) {
  const float seat = b.draw(0.38F, 0.44F), l = b.draw(0.6F, 0.72F), top = b.draw(0.7F, 0.82F);
  const Eigen::Vector3f color{0.93F, 0.93F, 0.91F};
  b.cuboid(-0.2F, 0.2F, -l / 2, -l / 2 + 0.18F, seat - 0.04F, top, color);
  b.ellipsoid({0.0F, 0.07F, seat - 0.17F}, {0.19F, l / 2 - 0.09F, 0.17F}, color);
  b.cylinder({0.0F, 0.07F, seat - 0.02F}, {0.19F, l / 2 - 0.07F, 0.025F}, color * 0.97F);
  b.cuboid(-0.11F, 0.11F, -l / 2 + 0.05F, 0.1F, 0.0F, seat - 0.1F, color);
}

void make_bathtub(RoomsBuilder& b) {
  const float w = b.draw(1.5F, 1.8F), d = b.draw(0.68F, 0.82F), h = b.draw(0.5F, 0.62F), rim = 0.09F;
  const Eigen::Vector3f color{0.92F, 0.93F, 0.94F};
  b.cuboid(-w / 2, w / 2, -d / 2, -d / 2 + rim, 0.0F, h, color);
  b.cuboid(-w / 2, w / 2, d / 2 - rim, d / 2, 0.0F, h, color);
  b.cuboid(-w / 2, -w / 2 + rim, -d / 2 + rim, d / 2 - rim, 0.0F, h, color);
  b.cuboid(w / 2 - rim, w / 2, -d / 2 + rim, d / 2 - rim, 0.0F, h, color);
  b.cuboid(-w / 2 + rim, w / 2 - rim, -d / 2 + rim, d / 2 - rim, 0.0F, 0.14F, color * 0.95F);
}

void make_board(RoomsBuilder& b) {
  const float w = b.draw(1.2F, 3.2F), h = b.draw(0.9F, 1.25F), z = b.draw(0.8F, 1.0F);
  b.cuboid(-w / 2, w / 2, 0.0F, 0.04F, z, z + h,
           b.chance(0.8) ? Eigen::Vector3f(0.95F, 0.95F, 0.96F) : Eigen::Vector3f(0.12F, 0.25F, 0.18F));
  b.cuboid(-w / 2, w / 2, 0.0F, 0.1F, z - 0.04F, z, b.metal());
}

}  // namespace

RoomsObject make_furniture(RoomsKind kind, Random& random, bool large) {
  RoomsBuilder builder(random);
  switch (kind) {
    case RoomsKind::kBed:
      make_bed(builder);
      break;
    case RoomsKind::kChair:
      make_chair(builder);
      break;
    case RoomsKind::kSofa:
      make_sofa(builder);
      break;
    case RoomsKind::kTable:
      make_table(builder, large);
      break;
    case RoomsKind::kDesk:
      make_desk(builder);
      break;
    case RoomsKind::kBookshelf:
      make_bookshelf(builder);
      break;
    case RoomsKind::kCabinet: {
      const bool wardrobe = builder.chance(0.5);
      make_front(builder, builder.draw(0.7F, 1.6F), builder.draw(0.4F, 0.6F),
                 wardrobe ? builder.draw(1.7F, 2.15F) : builder.draw(0.8F, 1.1F), 2, 1);
      break;
    }
    case RoomsKind::kToilet:
      make_toilet(builder);
      break;
    case RoomsKind::kBathtub:
      make_bathtub(builder);
      break;
    case RoomsKind::kDresser:
      make_front(builder, builder.draw(0.8F, 1.5F), builder.draw(0.4F, 0.55F), builder.draw(0.75F, 1.2F), 2,
                 4);
      break;
    case RoomsKind::kNightStand:
      make_front(builder, builder.draw(0.4F, 0.55F), builder.draw(0.35F, 0.45F), builder.draw(0.45F, 0.65F),
                 1, 2);
      break;
    case RoomsKind::kBoard:
      make_board(builder);
      break;
  }
  RoomsObject object = std::move(builder).object();
  object.kind = static_cast<int>(kind);
  return object;
}

int rooms_category(RoomsKind kind, RoomsRecipe::Source source) {
  static const std::array<std::string, 12> names{"bed",     "chair",     "sofa",        "table",
                                                 "desk",    "bookshelf", "cabinet",     "toilet",
                                                 "bathtub", "dresser",   "night_stand", "board"};
  const bool bookcase = kind == RoomsKind::kBookshelf && source == RoomsRecipe::Source::kOffices;
  const std::string& name = names[static_cast<std::size_t>(kind)];
  const auto& all = rooms_categories(source);
  const auto found = std::find(all.begin(), all.end(), bookcase ? "bookcase" : name);
  return found == all.end() ? -1 : static_cast<int>(found - all.begin());
}

}  // namespace alidade
