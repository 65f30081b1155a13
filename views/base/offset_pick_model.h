// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "views/base/evidence_model.h"

namespace alidade {

/// An offset of a sparse convolution that somebody looks at: its voxel pairs are those inputs at output +
/// offset * cell.
struct OffsetPick {
  std::string layer;              ///< "backbone.stage1.block0.conv1"
  std::string source;             ///< of data; empty = none in particular
  std::array<int, 3> offset{};    ///< input - output, in cells
  double cell_m = 0.0;            ///< edge of a cell, meters; 0 = unknown
  std::string checkpoint_sha256;  ///< of the network; empty = unknown

  bool operator==(const OffsetPick&) const = default;
};

/// The offset that is picked in the view of shared kernels, for views that show voxels.
class OffsetPickModel : public EvidenceModel {
  Q_OBJECT

 public:
  using EvidenceModel::EvidenceModel;

  const std::optional<OffsetPick>& pick() const { return pick_; }
  /// Equal picks emit nothing.
  void setPick(std::optional<OffsetPick> pick) {
    if (pick != pick_) {
      pick_ = std::move(pick);
      Q_EMIT pickChanged();
    }
  }

 Q_SIGNALS:
  void pickChanged();

 private:
  std::optional<OffsetPick> pick_;
};

}  // namespace alidade
