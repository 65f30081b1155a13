// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/random.h"
#include "core/data/procedural/rooms/rooms_recipe.h"
#include "core/data/procedural/rooms/rooms_solid.h"

namespace alidade {

/// The kinds of furniture. Families overlap on purpose: a desk is a table with drawers, a night stand a small
/// dresser, a sofa a wide chair.
enum class RoomsKind {
  kBed,
  kChair,
  kSofa,
  kTable,
  kDesk,
  kBookshelf,
  kCabinet,
  kToilet,
  kBathtub,
  kDresser,
  kNightStand,
  kBoard
};

/// Unlabelled things.
enum class RoomsClutter {
  kBox,
  kBin,
  kPlant,
  kFloorLamp,
  kTableLamp,
  kMonitor,
  kPicture,
  kDoor,
  kSmallThing
};

/// An object of random sizes and colors at the origin, facing +y. `large` makes tables of offices.
RoomsObject make_furniture(RoomsKind kind, Random& random, bool large = false);
/// Pictures and doors lie flat against the plane y = 0, on its positive side.
RoomsObject make_clutter(RoomsClutter kind, Random& random);

/// Index of a kind among rooms_categories(source); -1 when the source does not label it.
int rooms_category(RoomsKind kind, RoomsRecipe::Source source);

}  // namespace alidade
