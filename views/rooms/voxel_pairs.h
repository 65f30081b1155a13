// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "views/rooms/room_contents.h"

namespace alidade {

/// The pairs of voxels that one offset of a sparse convolution connects in a room.
struct VoxelPairs {
  std::vector<RoomPair> pairs;  ///< middles of output and input voxel; evenly chosen where there are too many
  std::size_t count = 0;        ///< all of them
};

/// Pairs (v, v + offset) of voxels of `cell_m` (metres) that both hold points, as a submanifold convolution
/// has them; at most `most` are drawn. None for a cell below 1 mm or above 10 m.
VoxelPairs voxelPairs(const RoomCloud& cloud, const std::array<int, 3>& offset, double cell_m,
                      std::size_t most = 20000);

}  // namespace alidade
