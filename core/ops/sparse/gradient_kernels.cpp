// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "core/ops/sparse/tile_kernels.h"

// Built once per instruction set: this file includes itself.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/ops/sparse/gradient_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/ops/sparse/partial_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace alidade {
namespace HWY_NAMESPACE {
// As in tile_kernels.cpp, with the pairs passing and input channels in the place of rows.
#if HWY_TARGET == HWY_AVX3
inline constexpr int kGradientVectors = 4;
constexpr int GradientRows(int vectors) {
  return vectors > 2 ? 4 : kGradientChannels;
}
#else
inline constexpr int kGradientVectors = 2;
constexpr int GradientRows(int) {
  return 4;
}
#endif

/// The rows of the pairs.
struct PairRows {
  const float *in[kMostGradientPairs], *out[kMostGradientPairs];
};

/// Sums over the pairs for kRows input channels and kVectors vectors of columns, added to grad.
template <int kVectors, int kRows, bool kCut>
HWY_INLINE void AddBlock(const GradientProducts& g, const PairRows& pairs, int channel, int column,
                         int tail) {
  const ColumnTag d;
  ColumnVector sums[kRows][kVectors];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      sums[r][v] = hn::Zero(d);
    }
  }
  for (int p = 0; p < g.count; ++p) {
    const float* const in = pairs.in[p] + channel;
    const float* const out = pairs.out[p] + column;
    ColumnVector values[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      values[v] = kCut && v == kVectors - 1 ? LoadFirst(out + v * kColumnLanes, tail)
                                            : hn::LoadU(d, out + v * kColumnLanes);
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const ColumnVector value = hn::Set(d, in[r]);
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        sums[r][v] = hn::MulAdd(value, values[v], sums[r][v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
    float* const grad = g.grad + static_cast<std::size_t>(channel + r) * g.out_channels + column;
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      float* const at = grad + v * kColumnLanes;
      if (kCut && v == kVectors - 1) {
        StoreFirst(hn::Add(sums[r][v], LoadFirst(at, tail)), at, tail);
      } else {
        hn::StoreU(hn::Add(sums[r][v], hn::LoadU(d, at)), d, at);
      }
    }
  }
}

template <int kVectors, int kRows, bool kCut>
void AddChannels(const GradientProducts& g, const PairRows& pairs, int channel, int column, int tail) {
  const int end = g.first + g.channels;
  for (; channel + kRows <= end; channel += kRows) {
    AddBlock<kVectors, kRows, kCut>(g, pairs, channel, column, tail);
  }
  if constexpr (kRows > 1) {
    if (channel < end) {
      AddChannels<kVectors, kRows / 2, kCut>(g, pairs, channel, column, tail);
    }
  }
}

template <int kVectors>
void AddGradientColumns(const GradientProducts& g, const PairRows& pairs, int column) {
  constexpr int kRows = GradientRows(kVectors);
  const int tail = std::min(g.out_channels - column - (kVectors - 1) * kColumnLanes, kColumnLanes);
  tail == kColumnLanes ? AddChannels<kVectors, kRows, false>(g, pairs, g.first, column, tail)
                       : AddChannels<kVectors, kRows, true>(g, pairs, g.first, column, tail);
}

void AddGradient(const GradientProducts& g) {
  PairRows pairs;
  for (int p = 0; p < g.count; ++p) {
    pairs.in[p] = g.in + static_cast<std::size_t>(g.in_rows[p]) * g.in_channels;
    pairs.out[p] = g.grad_out + static_cast<std::size_t>(g.out_rows[p]) * g.out_channels;
  }
  for (int column = 0; column < g.out_channels; column += kGradientVectors * kColumnLanes) {
    const int vectors = (g.out_channels - column + kColumnLanes - 1) / kColumnLanes;
    if constexpr (kGradientVectors == 4) {
      if (vectors >= 4) {
        AddGradientColumns<4>(g, pairs, column);
        continue;
      }
      if (vectors == 3) {
        AddGradientColumns<3>(g, pairs, column);
        continue;
      }
    }
    vectors >= 2 ? AddGradientColumns<2>(g, pairs, column) : AddGradientColumns<1>(g, pairs, column);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace alidade
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace alidade {

HWY_EXPORT(AddGradient);

void add_gradient_products(const GradientProducts& products) {
  HWY_DYNAMIC_DISPATCH(AddGradient)(products);
}

}  // namespace alidade
#endif
