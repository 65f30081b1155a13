// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace alidade {

/// Offsets that a rotation or reflection of the kernel about its middle maps onto each other: of 3 x 3 x 3
/// the center, 6 faces, 12 edges and 8 corners.
struct KernelOrbit {
  std::string name;                  ///< "center", "faces", "edges", "corners"; else "|1 1 2|"
  std::vector<std::size_t> members;  ///< positions in the layer's list
};

/// The orbits about the middle of the box around the offsets, from the middle outwards. An even kernel is
/// centered between cells: 2 x 2 x 2 has corners alone.
std::vector<KernelOrbit> orbits_of(std::span<const std::array<int, 3>> offsets);

/// Least and largest coordinate of the offsets, by axis; zeros without offsets.
std::array<std::array<int, 2>, 3> offset_bounds(std::span<const std::array<int, 3>> offsets);

}  // namespace alidade
