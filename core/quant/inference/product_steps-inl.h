// SPDX-License-Identifier: BSD-3-Clause
// Built once per instruction set, hence no ordinary guard.
#if defined(ALIDADE_PRODUCT_STEPS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ALIDADE_PRODUCT_STEPS_INL_H
#undef ALIDADE_PRODUCT_STEPS_INL_H
#else
#define ALIDADE_PRODUCT_STEPS_INL_H
#endif

#include <cstdint>
#include <cstring>

#include <hwy/highway.h>

#include "core/quant/inference/packed_kernels.h"

#undef ALIDADE_HAS_PRODUCTS
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_SSE4
#define ALIDADE_HAS_PRODUCTS 1
#else
#define ALIDADE_HAS_PRODUCTS 0
#endif

// VNNI is no target of its own in Highway 1.0: the functions that use it ask for it beyond AVX-512.
#undef ALIDADE_HAS_DOT
#undef ALIDADE_DOT
#if HWY_TARGET == HWY_AVX3 && HWY_COMPILER_GCC_ACTUAL
#define ALIDADE_HAS_DOT 1
#define ALIDADE_DOT __attribute__((target("avx512vnni")))
#else
#define ALIDADE_HAS_DOT 0
#endif

#if ALIDADE_HAS_PRODUCTS

HWY_BEFORE_NAMESPACE();
namespace alidade {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_AVX3
inline constexpr int kWideTiles = 3, kWidePixels = 8;
#elif HWY_TARGET == HWY_AVX2
inline constexpr int kWideTiles = 1, kWidePixels = 4;
#else
inline constexpr int kWideTiles = 1, kWidePixels = 2;
#endif

using SumTag = hn::CappedTag<std::int32_t, kTileOutputs>;
using SumVector = hn::Vec<SumTag>;
using PairTag = hn::Repartition<std::int16_t, SumTag>;
using PairVector = hn::Vec<PairTag>;
using ByteTag = hn::Repartition<std::int8_t, SumTag>;
inline constexpr std::size_t kVectorBytes = hn::MaxLanes(SumTag()) * 4;
inline constexpr int kPerTile = kUnitBytes / kVectorBytes;

/// Four codes in every lane.
HWY_INLINE SumVector FourCodes(const std::uint8_t* codes) {
  std::int32_t four;
  std::memcpy(&four, codes, sizeof(four));
  return hn::Set(SumTag(), four);
}

/// The sum of both products of each pair.
HWY_INLINE SumVector PairProducts(PairVector a, PairVector b) {
#if HWY_TARGET == HWY_AVX3
  return SumVector{_mm512_madd_epi16(a.raw, b.raw)};
#elif HWY_TARGET == HWY_AVX2
  return SumVector{_mm256_madd_epi16(a.raw, b.raw)};
#else
  return SumVector{_mm_madd_epi16(a.raw, b.raw)};
#endif
}

/// Pairs of unsigned codes times signed weights, in 16 bits.
HWY_INLINE PairVector ByteProducts(SumVector codes, hn::Vec<ByteTag> weights) {
#if HWY_TARGET == HWY_AVX3
  return PairVector{_mm512_maddubs_epi16(codes.raw, weights.raw)};
#elif HWY_TARGET == HWY_AVX2
  return PairVector{_mm256_maddubs_epi16(codes.raw, weights.raw)};
#else
  return PairVector{_mm_maddubs_epi16(codes.raw, weights.raw)};
#endif
}

/// Sums in 32 bits: [pixel][vector].
template <int kTiles, int kPixels>
struct WideSums {
  static constexpr int kVectors = kTiles * kPerTile;
  SumVector sums[kPixels][kVectors];

  HWY_INLINE void Clear() {
#pragma GCC unroll 8
    for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        sums[p][v] = hn::Zero(SumTag());
      }
    }
  }
  HWY_INLINE void AddSums(const WideSums& other) {
    for (int p = 0; p < kPixels; ++p) {
      for (int v = 0; v < kVectors; ++v) {
        sums[p][v] = hn::Add(sums[p][v], other.sums[p][v]);
      }
    }
  }
  /// Adds pairs of 16 bits.
  template <class Part>
  HWY_INLINE void Widen(const Part& part) {
    const PairVector ones = hn::Set(PairTag(), std::int16_t{1});
#pragma GCC unroll 8
    for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        sums[p][v] = hn::Add(sums[p][v], PairProducts(part.pairs[p][v], ones));
      }
    }
  }
  HWY_INLINE void Store(std::int32_t* out) const {
#pragma GCC unroll 8
    for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        hn::StoreU(sums[p][v], SumTag(), out + (p * kVectors + v) * hn::MaxLanes(SumTag()));
      }
    }
  }
};

/// Sums of pairs in 16 bits.
template <int kTiles, int kPixels>
struct ByteSums {
  static constexpr int kVectors = kTiles * kPerTile;
  PairVector pairs[kPixels][kVectors];

  HWY_INLINE void Clear() {
#pragma GCC unroll 8
    for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        pairs[p][v] = hn::Zero(PairTag());
      }
    }
  }
  HWY_INLINE void Add(const std::uint8_t* input, std::size_t step, const std::int8_t* panel) {
    hn::Vec<ByteTag> weights[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      weights[v] = hn::LoadU(ByteTag(), panel + v * kVectorBytes);
    }
#pragma GCC unroll 8
    for (int p = 0; p < kPixels; ++p) {
      const SumVector codes = FourCodes(input + p * step);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        pairs[p][v] = hn::Add(pairs[p][v], ByteProducts(codes, weights[v]));
      }
    }
  }
};

/// Sums of 16-bit factors. The panel has each unit's even inputs before its odd ones.
template <int kTiles, int kPixels>
struct PairSums : WideSums<kTiles, kPixels> {
  HWY_INLINE void Add(const std::uint8_t* input, std::size_t step, const std::int8_t* panel) {
    const hn::RebindToUnsigned<PairTag> du;
    const PairTag d;
    const auto* weights = reinterpret_cast<const std::int16_t*>(panel);
    constexpr std::size_t kLanes = kVectorBytes / 2;
#pragma GCC unroll 8
    for (int p = 0; p < kPixels; ++p) {
      const auto codes = hn::BitCast(du, FourCodes(input + p * step));
      const PairVector even = hn::BitCast(d, hn::And(codes, hn::Set(du, 0xff)));
      const PairVector odd = hn::BitCast(d, hn::ShiftRight<8>(codes));
#pragma GCC unroll 8
      for (int v = 0; v < this->kVectors; ++v) {
        const std::int16_t* at = weights + (v / kPerTile) * kUnitBytes + (v % kPerTile) * kLanes;
        const auto low = PairProducts(even, hn::LoadU(d, at));
        const auto high = PairProducts(odd, hn::LoadU(d, at + kUnitBytes / 2));
        this->sums[p][v] = hn::Add(this->sums[p][v], hn::Add(low, high));
      }
    }
  }
};

#if ALIDADE_HAS_DOT
/// Sums by VNNI.
template <int kTiles, int kPixels>
struct DotSums : WideSums<kTiles, kPixels> {
  ALIDADE_DOT HWY_INLINE void Add(const std::uint8_t* input, std::size_t step, const std::int8_t* panel) {
    SumVector weights[kTiles];
#pragma GCC unroll 8
    for (int v = 0; v < kTiles; ++v) {
      weights[v] = SumVector{_mm512_loadu_si512(panel + v * kVectorBytes)};
    }
#pragma GCC unroll 8
    for (int p = 0; p < kPixels; ++p) {
      const SumVector codes = FourCodes(input + p * step);
#pragma GCC unroll 8
      for (int v = 0; v < kTiles; ++v) {
        this->sums[p][v].raw = _mm512_dpbusd_epi32(this->sums[p][v].raw, codes.raw, weights[v].raw);
      }
    }
  }
};
#endif

}  // namespace HWY_NAMESPACE
}  // namespace alidade
HWY_AFTER_NAMESPACE();
#endif

#endif
