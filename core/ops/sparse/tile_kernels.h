// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

namespace alidade {

/// The most columns of a panel of weights; panels have a multiple of kColumnStep.
inline constexpr int kMostColumns = 64;
inline constexpr int kColumnStep = 16;

/// What one offset of a kernel adds to the rows of a tile, in the columns of one panel of weights:
/// out[out_rows[p]] += in[in_rows[p]] W for every pair p.
struct TileProducts {
  const float* in = nullptr;  ///< [rows, in_channels]
  std::size_t in_channels = 0;
  const float* weights = nullptr;  ///< [in_channels, panel_columns]
  int panel_columns = kColumnStep;
  float* out = nullptr;  ///< [rows, out_channels], at the panel's first column
  std::size_t out_channels = 0;
  int columns = 0;  ///< of the panel that there are
  const std::int32_t *in_rows = nullptr, *out_rows = nullptr;
  std::int64_t count = 0;
};

/// A value is summed in the order of offsets and, within one, of input channels, whatever the tile.
void add_tile_products(const TileProducts& products);

/// What pairs of one offset add to the gradient of its weights: grad[i][c] += sum over pairs of
/// in[in_rows[p]][i] grad_out[out_rows[p]][c], for `channels` input channels from `first` on.
struct GradientProducts {
  const float* in = nullptr;  ///< [rows, in_channels]
  std::size_t in_channels = 0;
  int first = 0, channels = 0;
  const float* grad_out = nullptr;  ///< [rows, out_channels]
  int out_channels = 0;
  const std::int32_t *in_rows = nullptr, *out_rows = nullptr;
  int count = 0;          ///< pairs, at most kMostGradientPairs
  float* grad = nullptr;  ///< [in_channels, out_channels]
};

inline constexpr int kMostGradientPairs = 256;
/// Input channels that are computed together; parts of them begin at its multiples.
inline constexpr int kGradientChannels = 8;

void add_gradient_products(const GradientProducts& products);

}  // namespace alidade
