// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <QString>

#include "core/sharing/cell_states.h"
#include "core/sharing/gamma_interval.h"
#include "core/sharing/orbits.h"
#include "core/sharing/seed_agreement.h"
#include "views/base/hover_card.h"
#include "views/kernels/kernels_model.h"

namespace alidade {

/// Cells with fewer pairs are hatched: what is said of them rests on little.
inline constexpr std::int64_t kFewPairs = 100;

/// What is asked of a result.
struct KernelQuestion {
  std::shared_ptr<const KernelSharing> sharing;
  std::vector<std::shared_ptr<const KernelSharing>> all;  ///< networks to compare with, itself among them
  std::size_t layer = 0, source = 0;
  KernelChannel channel = KernelChannel::kGamma;
  SharingThreshold tau{};
  bool exploded = false, orbits = false;
  std::optional<std::array<int, 3>> picked{};
};

/// What is known of the cells of a layer for one source.
struct CellNumbers {
  std::vector<double> values;  ///< [offsets] of the channel, 0..1; NaN = unknown
  std::vector<std::int64_t> pairs;
  std::vector<GammaInterval> intervals;
  SeedAgreement agreement;
};

/// The numbers of a cube, worked out once.
struct KernelSheet {
  KernelQuestion asked;
  KernelChannel channel = KernelChannel::kGamma;  ///< weight where nothing is selected
  CellNumbers cells;
  std::vector<KernelOrbit> orbits;
  std::int64_t most_pairs = 0;
  bool counted = false;  ///< pairs are known

  const LayerSharing& layer() const { return asked.sharing->layers[asked.layer]; }
  QString source() const;
  /// Edge of what fills a cell, 0..1 of the cell: the logarithm of the pairs, of that of the most.
  double fill(std::int64_t pairs) const;
  bool few(std::int64_t pairs) const { return counted && pairs < kFewPairs; }
};

/// `question.sharing` has layers.
std::shared_ptr<const KernelSheet> makeKernelSheet(const KernelQuestion& question);
/// The numbers of another source of the same question.
CellNumbers cellNumbersOf(const KernelQuestion& question, KernelChannel channel, std::size_t source);

/// Mean of a channel over an orbit, and its pairs.
struct OrbitNumbers {
  double mean = 0.0;
  std::int64_t pairs = 0;
};
OrbitNumbers orbitNumbers(const CellNumbers& cells, const KernelOrbit& orbit);

/// What the card of an offset says.
HoverCard cardOfCell(const KernelSheet& sheet, std::size_t offset);

}  // namespace alidade
