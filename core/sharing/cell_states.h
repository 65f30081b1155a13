// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/results/kernel_sharing.h"

namespace alidade {

/// What is wrong with a weight of a kernel, at one offset. Three flags, and a fourth state that is no fault:
/// where an offset is never selected its gradient is zero by design.
struct CellState {
  bool untouched = false;     ///< never moved from its first value, or, that being unknown, zero throughout
  bool no_gradient = false;   ///< every gradient that was seen is zero
  bool no_pairs = false;      ///< no voxel pair passes through it
  bool not_selected = false;  ///< no scene selects this kernel at this offset
  bool known = false;         ///< something is known of its weights

  /// A flag that is not there by design.
  bool dead() const { return no_pairs || (!not_selected && (untouched || no_gradient)); }
  bool operator==(const CellState&) const = default;
};

/// The kernel of all sources (nothing), or the own one of a source.
using KernelOwner = std::optional<std::size_t>;

/// [offsets]
std::vector<CellState> cell_states(const LayerSharing& layer, const KernelOwner& owner);

/// One kernel of a layer and how many of its cells have each state.
struct CellCount {
  std::size_t layer = 0;
  KernelOwner owner;
  std::size_t cells = 0, dead = 0, untouched = 0, no_gradient = 0, no_pairs = 0, not_selected = 0;
};
/// Every kernel of every layer, in their order, the shared one first; a source's own one where a source has
/// one.
std::vector<CellCount> count_cells(const KernelSharing& sharing);

/// "never touched, no gradient"; empty for a live cell.
std::string state_text(const CellState& state);

}  // namespace alidade
