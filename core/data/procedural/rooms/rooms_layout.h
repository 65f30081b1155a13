// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/data/procedural/rooms/rooms_placer.h"
#include "core/data/procedural/rooms/rooms_recipe.h"

namespace alidade {

/// A furnished room as a source has them: bedrooms, living rooms, studies and bathrooms for scans and views;
/// meeting rooms, open offices and lounges for offices.
RoomsLayout make_rooms_layout(RoomsRecipe::Source source, Random& random);

}  // namespace alidade
