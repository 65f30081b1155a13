// SPDX-License-Identifier: BSD-3-Clause
#include "core/sharing/cell_states.h"

#include <algorithm>
#include <cmath>

namespace alidade {
namespace {

bool is_zero(const std::vector<float>& norms, std::size_t offset) {
  return offset < norms.size() && norms[offset] == 0.0f;
}

bool is_known(const std::vector<float>& norms, std::size_t offset) {
  return offset < norms.size() && !std::isnan(norms[offset]);
}

/// Whether any scene decides `wanted` at the offset; also where nobody decided anything.
bool is_selected(const LayerSharing& layer, const KernelOwner& owner, std::size_t offset) {
  bool decided = false;
  for (std::size_t k = 0; k < layer.sources.size(); ++k) {
    if (owner && *owner != k) {
      continue;
    }
    for (const auto& gamma : layer.sources[k].gamma) {
      decided = true;
      if ((gamma[offset] != 0) == !owner) {
        return true;
      }
    }
  }
  return !decided;
}

bool has_pairs(const LayerSharing& layer, const KernelOwner& owner, std::size_t offset) {
  bool counted = false;
  for (std::size_t k = 0; k < layer.sources.size(); ++k) {
    if (!owner || *owner == k) {
      const SourceSharing& source = layer.sources[k];
      counted |= source.outputs > 0;
      if (source.pairs[offset] > 0) {
        return true;
      }
    }
  }
  return !counted;
}

}  // namespace

std::vector<CellState> cell_states(const LayerSharing& layer, const KernelOwner& owner) {
  const KernelUse& use = owner ? layer.sources[*owner].exclusive : layer.shared;
  std::vector<CellState> states(layer.offsets.size());
  for (std::size_t j = 0; j < states.size(); ++j) {
    CellState& state = states[j];
    state.known = is_known(use.weight, j) || is_known(use.change, j) || is_known(use.gradient, j);
    state.untouched = is_known(use.change, j) ? is_zero(use.change, j) : is_zero(use.weight, j);
    state.no_gradient = is_zero(use.gradient, j);
    state.no_pairs = !has_pairs(layer, owner, j);
    state.not_selected = !is_selected(layer, owner, j);
  }
  return states;
}

std::vector<CellCount> count_cells(const KernelSharing& sharing) {
  std::vector<CellCount> counts;
  for (std::size_t l = 0; l < sharing.layers.size(); ++l) {
    const LayerSharing& layer = sharing.layers[l];
    for (std::size_t owner = 0; owner <= layer.sources.size(); ++owner) {
      CellCount count{l, owner == 0 ? KernelOwner() : KernelOwner(owner - 1)};
      for (const CellState& state : cell_states(layer, count.owner)) {
        ++count.cells;
        count.dead += state.dead() ? 1 : 0;
        count.untouched += state.untouched ? 1 : 0;
        count.no_gradient += state.no_gradient ? 1 : 0;
        count.no_pairs += state.no_pairs ? 1 : 0;
        count.not_selected += state.not_selected ? 1 : 0;
      }
      counts.push_back(count);
    }
  }
  return counts;
}

std::string state_text(const CellState& state) {
  std::string text;
  for (const auto& [set, word] :
       {std::pair(state.untouched, "never touched"), std::pair(state.no_gradient, "no gradient"),
        std::pair(state.no_pairs, "no pairs"), std::pair(state.not_selected, "not selected")}) {
    if (set) {
      text += (text.empty() ? "" : ", ") + std::string(word);
    }
  }
  return text;
}

}  // namespace alidade
