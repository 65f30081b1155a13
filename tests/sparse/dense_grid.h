// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/ops/sparse/voxel_set.h"

namespace alidade::test {

/// A dense array [batch][x][y][z][channel] over small coordinates, zero where nothing was put; reading
/// outside gives zero. Knows neither kernel maps nor pairs.
class DenseGrid {
 public:
  static constexpr int kLow = -24, kSize = 48, kScenes = 2;

  explicit DenseGrid(int channels)
      : channels_(channels), values_(std::size_t{kScenes} * kSize * kSize * kSize * channels, 0.0) {}

  DenseGrid(const VoxelSet& voxels, const std::vector<double>& features, int channels) : DenseGrid(channels) {
    for (std::size_t row = 0; row < voxels.rows.size(); ++row) {
      for (int c = 0; c < channels; ++c) {
        at(voxels.rows[row], c) = features[row * channels + c];
      }
    }
  }

  double& at(const VoxelCoordinate& cell, int channel) { return values_[index(cell, channel)]; }
  double get(const VoxelCoordinate& cell, int channel) const {
    for (const int c : {cell.x, cell.y, cell.z}) {
      if (c < kLow || c >= kLow + kSize) {
        return 0.0;
      }
    }
    return values_[index(cell, channel)];
  }
  int channels() const { return channels_; }

 private:
  std::size_t index(const VoxelCoordinate& cell, int channel) const {
    const std::size_t place =
        ((static_cast<std::size_t>(cell.batch) * kSize + (cell.x - kLow)) * kSize + (cell.y - kLow)) * kSize +
        (cell.z - kLow);
    return place * channels_ + channel;
  }
  int channels_;
  std::vector<double> values_;
};

inline VoxelCoordinate moved(const VoxelCoordinate& cell, const std::array<int, 3>& offset, int edge) {
  return {cell.batch, cell.x + edge * offset[0], cell.y + edge * offset[1], cell.z + edge * offset[2]};
}

}  // namespace alidade::test
