// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/tile_kernels.h"

#include <algorithm>
#include <utility>

// Built once per instruction set: this file includes itself.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/ops/sparse/tile_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/ops/sparse/partial_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace alidade {
namespace HWY_NAMESPACE {
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

/// Weights of this many input channels and one panel stay in the first cache beside the rows of some pairs.
inline constexpr std::size_t kMostDepth = 64;

/// Input channels that are added at once, and their weights.
struct Depth {
  std::size_t first, count;
  const float* weights;
};

/// The sums of kRows pairs; of the last vector only the first `tail` columns are there where kCut.
template <int kVectors, int kRows, bool kCut>
HWY_INLINE void AddRows(const Depth& depth, int panel_columns, const float* const* from, float* const* to,
                        int tail) {
  const ColumnTag d;
  ColumnVector sums[kRows][kVectors];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      sums[r][v] = kCut && v == kVectors - 1 ? LoadFirst(to[r] + v * kColumnLanes, tail)
                                             : hn::LoadU(d, to[r] + v * kColumnLanes);
    }
  }
  const float* rows[kRows];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
    rows[r] = from[r] + depth.first;
  }
  const float* HWY_RESTRICT weights = depth.weights;
  for (std::size_t k = 0; k < depth.count; ++k, weights += panel_columns) {
    ColumnVector w[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      w[v] = hn::LoadU(d, weights + v * kColumnLanes);
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const ColumnVector value = hn::Set(d, rows[r][k]);
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
        StoreFirst(sums[r][v], to[r] + v * kColumnLanes, tail);
      } else {
        hn::StoreU(sums[r][v], d, to[r] + v * kColumnLanes);
      }
    }
  }
}

/// Where the rows of some pairs lie. The last ones are repeated as far as a block of rows reaches, with sums
/// that go aside.
struct PairAddresses {
  static constexpr int kPairs = 48, kRoom = kPairs + 8;
  const float* from[kRoom];
  float* to[kRoom];
  int count = 0;

  HWY_INLINE void Set(const TileProducts& t, float* out, std::int64_t first, float* aside) {
    count = static_cast<int>(std::min<std::int64_t>(kPairs, t.count - first));
    for (int p = 0; p < count; ++p) {
      from[p] = t.in + static_cast<std::size_t>(t.in_rows[first + p]) * t.in_channels;
      to[p] = out + static_cast<std::size_t>(t.out_rows[first + p]) * t.out_channels;
    }
    for (int p = count; p > 0 && count < kPairs && p < count + 8; ++p) {
      from[p] = from[count - 1];
      to[p] = aside;
    }
  }
};

/// Asks for what the pairs from `first` on read.
HWY_INLINE void Fetch(const PairAddresses& pairs, int first, int end, std::size_t channels) {
  for (int p = first; p < std::min(end, pairs.count); ++p) {
    for (std::size_t k = 0; k < channels; k += 16) {
      __builtin_prefetch(pairs.from[p] + k);
    }
    __builtin_prefetch(pairs.to[p]);
  }
}

/// Some pairs, while those that come next are fetched.
template <int kVectors, bool kCut>
HWY_INLINE void AddPairs(const TileProducts& t, const float* weights, const PairAddresses& now,
                         const PairAddresses& next, int tail) {
  constexpr int kRows = TileRows(kVectors), kHalf = kRows / 2;
  static_assert(PairAddresses::kPairs % kRows == 0);
  Depth depth{0, 0, weights};
  for (; depth.first < t.in_channels; depth.first += kMostDepth) {
    depth.count = std::min(kMostDepth, t.in_channels - depth.first);
    for (int pair = 0; pair < now.count; pair += kRows) {
      if (depth.first == 0) {
        Fetch(next, pair, pair + kRows, depth.count);
      }
      if (now.count - pair > kHalf) {
        AddRows<kVectors, kRows, kCut>(depth, t.panel_columns, now.from + pair, now.to + pair, tail);
      } else {
        AddRows<kVectors, kHalf, kCut>(depth, t.panel_columns, now.from + pair, now.to + pair, tail);
      }
    }
    depth.weights += depth.count * t.panel_columns;
  }
}

/// All pairs for kVectors vectors of columns.
template <int kVectors, bool kCut>
void AddColumns(const TileProducts& t, const float* weights, float* out, int tail) {
  HWY_ALIGN float aside[kVectors * kColumnLanes] = {};
  PairAddresses both[2];
  PairAddresses *now = &both[0], *next = &both[1];
  now->Set(t, out, 0, aside);
  for (std::int64_t first = 0; first < t.count; first += PairAddresses::kPairs) {
    next->Set(t, out, first + now->count, aside);
    AddPairs<kVectors, kCut>(t, weights, *now, *next, tail);
    std::swap(now, next);
  }
}

template <int kVectors>
void AddVectors(const TileProducts& t, int first) {
  const float* weights = t.weights + first;
  float* out = t.out + first;
  const int tail = std::min(t.columns - first - (kVectors - 1) * kColumnLanes, kColumnLanes);
  tail == kColumnLanes ? AddColumns<kVectors, false>(t, weights, out, tail)
                       : AddColumns<kVectors, true>(t, weights, out, tail);
}

void AddTile(const TileProducts& t) {
  for (int first = 0; first < t.columns; first += kTileVectors * kColumnLanes) {
    const int vectors = (t.columns - first + kColumnLanes - 1) / kColumnLanes;
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
