// SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>

#include "core/ops/sparse/convolution.h"
#include "core/ops/sparse/tile_kernels.h"

namespace alidade {
namespace {

constexpr std::size_t kLineFloats = 16;

constexpr int divided_up(int a, int b) {
  return (a + b - 1) / b;
}

}  // namespace

void SparseWeights::allocate() {
  const int panels = divided_up(out_channels_, kMostColumns);
  panel_columns_ = divided_up(divided_up(out_channels_, panels), kColumnStep) * kColumnStep;
  values_.assign(volume_ * offset_values() + kLineFloats, 0.0F);
  first_ = (kLineFloats - reinterpret_cast<std::uintptr_t>(values_.data()) / sizeof(float) % kLineFloats) %
           kLineFloats;
}

std::size_t SparseWeights::offset_values() const {
  return static_cast<std::size_t>(divided_up(out_channels_, panel_columns_)) * panel_columns_ * in_channels_;
}

SparseWeights::SparseWeights(const float* weights, int volume, int in_channels, int out_channels,
                             const float* factors)
    : volume_(volume), in_channels_(in_channels), out_channels_(out_channels) {
  allocate();
  for (int j = 0; j < volume; ++j) {
    float* const packed = values_.data() + first_ + j * offset_values();
    for (int i = 0; i < in_channels; ++i) {
      const float* const row = weights + (static_cast<std::size_t>(j) * in_channels + i) * out_channels;
      for (int c = 0; c < out_channels; ++c) {
        const int panel = c / panel_columns_;
        packed[(static_cast<std::size_t>(panel) * in_channels + i) * panel_columns_ + c % panel_columns_] =
            factors ? row[c] * factors[c] : row[c];
      }
    }
  }
}

SparseWeights SparseWeights::transposed(const float* weights, int volume, int in_channels, int out_channels) {
  SparseWeights result;
  result.volume_ = volume;
  result.in_channels_ = out_channels;
  result.out_channels_ = in_channels;
  result.allocate();
  const int columns = result.panel_columns_;
  for (int j = 0; j < volume; ++j) {
    float* const packed = result.values_.data() + result.first_ + j * result.offset_values();
    for (int i = 0; i < in_channels; ++i) {
      const float* const row = weights + (static_cast<std::size_t>(j) * in_channels + i) * out_channels;
      float* const column =
          packed + static_cast<std::size_t>(i / columns) * out_channels * columns + i % columns;
      for (int c = 0; c < out_channels; ++c) {
        column[static_cast<std::size_t>(c) * columns] = row[c];
      }
    }
  }
  return result;
}

}  // namespace alidade
