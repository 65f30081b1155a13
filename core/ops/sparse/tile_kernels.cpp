// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/tile_kernels.h"

#include <algorithm>

// Built once per instruction set: this file includes itself.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/ops/sparse/tile_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace alidade {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using TileTag = hn::CappedTag<float, kColumnStep>;
using TileVector = hn::Vec<TileTag>;
inline constexpr int kTileLanes = static_cast<int>(hn::MaxLanes(TileTag()));

// Sums of kRows rows and kVectors vectors of columns stay in registers while the input channels pass: enough
// of them to hide the latency of a multiply-add, few enough to leave room for weights and an input.
#if HWY_TARGET == HWY_AVX3
inline constexpr int kTileVectors = 4;
constexpr int TileRows(int vectors) {
  return vectors == 4 ? 6 : 8;
}
#else
inline constexpr int kTileVectors = 2;
constexpr int TileRows(int) {
  return 6;
}
#endif

/// The sums of kRows pairs; of the last vector only the first `tail` columns are there where kCut.
template <int kVectors, int kRows, bool kCut>
HWY_INLINE void AddRows(const TileProducts& t, const float* HWY_RESTRICT weights, const float* const* from,
                        float* const* to, int tail) {
  const TileTag d;
  const auto mask = hn::FirstN(d, static_cast<std::size_t>(tail));
  TileVector sums[kRows][kVectors];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      sums[r][v] = kCut && v == kVectors - 1 ? hn::MaskedLoad(mask, d, to[r] + v * kTileLanes)
                                             : hn::LoadU(d, to[r] + v * kTileLanes);
    }
  }
  const float* rows[kRows];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
    rows[r] = from[r];
  }
  for (std::size_t k = 0; k < t.in_channels; ++k, weights += t.panel_columns) {
    TileVector w[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      w[v] = hn::LoadU(d, weights + v * kTileLanes);
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const TileVector value = hn::Set(d, rows[r][k]);
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        sums[r][v] = hn::MulAdd(value, w[v], sums[r][v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      if (kCut && v == kVectors - 1) {
        hn::BlendedStore(sums[r][v], mask, d, to[r] + v * kTileLanes);
      } else {
        hn::StoreU(sums[r][v], d, to[r] + v * kTileLanes);
      }
    }
  }
}

/// The last pairs, fewer than kRows: rows that lack read the last pair's input and write aside.
template <int kVectors, int kRows, bool kCut>
void AddLastRows(const TileProducts& t, const float* weights, float* out, std::int64_t first, int tail) {
  HWY_ALIGN float aside[kVectors * kTileLanes] = {};
  const float* from[kRows];
  float* to[kRows];
  const std::int64_t left = t.count - first;
  for (int r = 0; r < kRows; ++r) {
    const std::int64_t pair = first + std::min<std::int64_t>(r, left - 1);
    from[r] = t.in + static_cast<std::size_t>(t.in_rows[pair]) * t.in_channels;
    to[r] = r < left ? out + static_cast<std::size_t>(t.out_rows[pair]) * t.out_channels : aside;
  }
  AddRows<kVectors, kRows, kCut>(t, weights, from, to, tail);
}

HWY_INLINE void FetchRow(const float* row, std::size_t channels) {
  for (std::size_t k = 0; k < channels; k += 16) {
    __builtin_prefetch(row + k);
  }
}

/// All pairs for kVectors vectors of columns.
template <int kVectors, bool kCut>
void AddColumns(const TileProducts& t, const float* weights, float* out, int tail) {
  constexpr int kRows = TileRows(kVectors), kHalf = kRows / 2;
  std::int64_t pair = 0;
  const std::size_t fetched = std::min<std::size_t>(t.in_channels, 64);
  for (; pair + kRows <= t.count; pair += kRows) {
    const float* from[kRows];
    float* to[kRows];
    const bool more = pair + 2 * kRows <= t.count;
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      from[r] = t.in + static_cast<std::size_t>(t.in_rows[pair + r]) * t.in_channels;
      to[r] = out + static_cast<std::size_t>(t.out_rows[pair + r]) * t.out_channels;
      if (more) {
        FetchRow(t.in + static_cast<std::size_t>(t.in_rows[pair + kRows + r]) * t.in_channels, fetched);
      }
    }
    AddRows<kVectors, kRows, kCut>(t, weights, from, to, tail);
  }
  if (t.count - pair > kHalf) {
    AddLastRows<kVectors, kRows, kCut>(t, weights, out, pair, tail);
  } else if (t.count > pair) {
    AddLastRows<kVectors, kHalf, kCut>(t, weights, out, pair, tail);
  }
}

template <int kVectors>
void AddVectors(const TileProducts& t, int first) {
  const float* weights = t.weights + first;
  float* out = t.out + first;
  const int tail = std::min(t.columns - first - (kVectors - 1) * kTileLanes, kTileLanes);
  tail == kTileLanes ? AddColumns<kVectors, false>(t, weights, out, tail)
                     : AddColumns<kVectors, true>(t, weights, out, tail);
}

void AddTile(const TileProducts& t) {
  for (int first = 0; first < t.columns; first += kTileVectors * kTileLanes) {
    const int vectors = (t.columns - first + kTileLanes - 1) / kTileLanes;
    if constexpr (kTileVectors == 4) {
      if (vectors >= 4) {
        AddVectors<4>(t, first);
        continue;
      }
      if (vectors == 3) {
        AddVectors<3>(t, first);
        continue;
      }
    }
    vectors >= 2 ? AddVectors<2>(t, first) : AddVectors<1>(t, first);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace alidade
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace alidade {

HWY_EXPORT(AddTile);

void add_tile_products(const TileProducts& products) {
  HWY_DYNAMIC_DISPATCH(AddTile)(products);
}

}  // namespace alidade
#endif
