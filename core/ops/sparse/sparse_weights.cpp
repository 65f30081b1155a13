// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdint>
#include <functional>

#include "core/ops/sparse/convolution.h"
#include "core/ops/sparse/tile_kernels.h"

namespace alidade {
namespace {

constexpr std::size_t kLineFloats = 16;
/// Edge of the squares in which a matrix is transposed.
constexpr int kSquare = 16;

constexpr int divided_up(int a, int b) {
  return (a + b - 1) / b;
}

/// Columns first .. first + count of `weights`, [in, out], with zeros up to `columns`.
void pack_panel(const float* weights, int in_channels, int out_channels, int first, int columns,
                const float* factors, float* to) {
  const int count = std::min(columns, out_channels - first);
  for (int i = 0; i < in_channels; ++i, to += columns) {
    const float* const row = weights + static_cast<std::size_t>(i) * out_channels + first;
    if (factors) {
      std::transform(row, row + count, factors + first, to, std::multiplies<>());
    } else {
      std::copy_n(row, count, to);
    }
    std::fill(to + count, to + columns, 0.0F);
  }
}

/// Rows first .. first + count of `weights`, [in, out], as columns, with zeros up to `columns`.
void pack_transposed(const float* weights, int in_channels, int out_channels, int first, int columns,
                     float* to) {
  const int count = std::min(columns, in_channels - first);
  const float* const rows = weights + static_cast<std::size_t>(first) * out_channels;
  for (int begin = 0; begin < count; begin += kSquare) {
    const int end = std::min(begin + kSquare, count);
    for (int c = 0; c < out_channels; ++c) {
      for (int i = begin; i < end; ++i) {
        to[static_cast<std::size_t>(c) * columns + i] = rows[static_cast<std::size_t>(i) * out_channels + c];
      }
    }
  }
  for (int c = 0; c < out_channels; ++c) {
    std::fill(to + static_cast<std::size_t>(c) * columns + count,
              to + static_cast<std::size_t>(c + 1) * columns, 0.0F);
  }
}

}  // namespace

SparseWeights::SparseWeights(int volume, int in_channels, int out_channels)
    : volume_(volume), in_channels_(in_channels), out_channels_(out_channels) {
  const int panels = std::max(1, divided_up(out_channels, kMostColumns));
  panel_columns_ = std::max(1, divided_up(divided_up(out_channels, panels), kColumnStep)) * kColumnStep;
  values_ = std::make_unique_for_overwrite<float[]>(volume * offset_values() + kLineFloats);
  first_ = (kLineFloats - reinterpret_cast<std::uintptr_t>(values_.get()) / sizeof(float) % kLineFloats) %
           kLineFloats;
}

std::size_t SparseWeights::offset_values() const {
  return static_cast<std::size_t>(divided_up(out_channels_, panel_columns_)) * panel_columns_ * in_channels_;
}

SparseWeights::SparseWeights(std::span<const float* const> offsets, int in_channels, int out_channels,
                             const float* factors)
    : SparseWeights(static_cast<int>(offsets.size()), in_channels, out_channels) {
  for (int j = 0; j < volume_; ++j) {
    for (int first = 0; first < out_channels; first += panel_columns_) {
      pack_panel(offsets[j], in_channels, out_channels, first, panel_columns_, factors,
                 offset(j) + static_cast<std::size_t>(first) * in_channels);
    }
  }
}

SparseWeights::SparseWeights(const float* weights, int volume, int in_channels, int out_channels,
                             const float* factors)
    : SparseWeights(offset_weights(weights, volume, in_channels, out_channels), in_channels, out_channels,
                    factors) {}

SparseWeights SparseWeights::transposed(std::span<const float* const> offsets, int in_channels,
                                        int out_channels) {
  SparseWeights result(static_cast<int>(offsets.size()), out_channels, in_channels);
  const int columns = result.panel_columns_;
  for (int j = 0; j < result.volume_; ++j) {
    for (int first = 0; first < in_channels; first += columns) {
      pack_transposed(offsets[j], in_channels, out_channels, first, columns,
                      result.offset(j) + static_cast<std::size_t>(first) * out_channels);
    }
  }
  return result;
}

std::vector<const float*> offset_weights(const float* weights, int volume, int in_channels,
                                         int out_channels) {
  std::vector<const float*> offsets;
  for (int j = 0; j < volume; ++j) {
    offsets.push_back(weights + static_cast<std::size_t>(j) * in_channels * out_channels);
  }
  return offsets;
}

}  // namespace alidade
