// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstring>

#include "core/quant/inference/packed_kernels.h"

// Built once per instruction set: this file includes itself.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/inference/vector_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/quant/inference/product_steps-inl.h"
#include "core/quant/inference/unpack_steps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace alidade {
namespace HWY_NAMESPACE {
#if ALIDADE_HAS_PRODUCTS

// A product of a matrix and a vector is as fast as its weights come from memory: they are unpacked, a group
// at a time, where they are used. Units are added to sums of their own, as one sum would wait for the last.
inline constexpr int kChains = 4;
inline constexpr std::size_t kPrefetchBytes = 1024;

/// The part of the units of a group that there are, unpacked, times their codes.
HWY_INLINE void AddPairs(WideSums<1, 1>* sums, const std::uint8_t* codes, const std::int8_t* panel,
                         int units) {
  for (int u = 0; u < units; ++u) {
    PairSums<1, 1> one;
    one.Clear();
    one.Add(codes + u * kUnitInputs, 0, panel + 2 * u * kUnitBytes);
    sums[u % kChains].AddSums(one);
  }
}

HWY_INLINE void AddBytes(WideSums<1, 1>* sums, const std::uint8_t* codes, const std::int8_t* panel, int units,
                         int steps) {
  for (int u = 0; u < units;) {
    ByteSums<1, 1> part;
    part.Clear();
    for (const int end = std::min(units, u + steps); u < end; ++u) {
      part.Add(codes + u * kUnitInputs, 0, panel + u * kUnitBytes);
    }
    sums[0].Widen(part);
  }
}

#if ALIDADE_HAS_DOT
ALIDADE_DOT HWY_INLINE void AddDots(DotSums<1, 1>* sums, const std::uint8_t* codes, const std::int8_t* panel,
                                    int units) {
  for (int u = 0; u < units; ++u) {
    sums[u % kChains].Add(codes + u * kUnitInputs, 0, panel + u * kUnitBytes);
  }
}

template <int kBits>
ALIDADE_DOT void DotVector(const PackedCall& c, std::int32_t* out) {
  DotSums<1, 1> sums[kChains];
  for (auto& sum : sums) {
    sum.Clear();
  }
  HWY_ALIGN std::int8_t panel[kGroupUnits * kUnitBytes];
  const CodeVector table = LevelTable(c.block);
  const std::uint8_t* packed = c.block.data;
  const std::uint8_t* codes = c.input;
  for (int left = c.steps; left > 0; left -= kGroupUnits) {
    for (std::size_t line = 0; line < group_bytes(kBits); line += kUnitBytes) {
      __builtin_prefetch(packed + kPrefetchBytes + line);
    }
    const std::int8_t* weights = reinterpret_cast<const std::int8_t*>(packed);
    if (kBits < 8) {
      UnpackGroup<false>(packed, kBits, table, panel);
      weights = panel;
    }
    left >= kGroupUnits ? AddDots(sums, codes, weights, kGroupUnits) : AddDots(sums, codes, weights, left);
    packed += group_bytes(kBits);
    codes += kGroupUnits * kUnitInputs;
  }
  for (int chain = 1; chain < kChains; ++chain) {
    sums[0].AddSums(sums[chain]);
  }
  sums[0].Store(out);
}
#endif

template <int kBits, bool kWide>
void PairVectors(const PackedCall& c, std::int32_t* out) {
  WideSums<1, 1> sums[kChains];
  for (auto& sum : sums) {
    sum.Clear();
  }
  HWY_ALIGN std::int8_t panel[2 * kGroupUnits * kUnitBytes];
  const CodeVector table = LevelTable(c.block);
  const std::uint8_t* packed = c.block.data;
  const std::uint8_t* codes = c.input;
  for (int left = c.steps; left > 0; left -= kGroupUnits) {
    const int units = std::min(left, kGroupUnits);
    const std::int8_t* weights = panel;
    if (kBits < 8) {
      UnpackGroup<kWide>(packed, kBits, table, panel);
    } else if (kWide) {
      WidenUnits(reinterpret_cast<const std::int8_t*>(packed), kGroupUnits, panel);
    } else {
      weights = reinterpret_cast<const std::int8_t*>(packed);
    }
    kWide ? AddPairs(sums, codes, weights, units) : AddBytes(sums, codes, weights, units, c.steps_in_16_bits);
    packed += group_bytes(kBits);
    codes += kGroupUnits * kUnitInputs;
  }
  for (int chain = 1; chain < kChains; ++chain) {
    sums[0].AddSums(sums[chain]);
  }
  sums[0].Store(out);
}

template <int kBits>
void VectorOf(const PackedCall& c, std::int32_t* sums) {
#if ALIDADE_HAS_DOT
  if (c.products == Products::kDot) {
    return DotVector<kBits>(c, sums);
  }
#endif
  c.products == Products::kPairs ? PairVectors<kBits, true>(c, sums) : PairVectors<kBits, false>(c, sums);
}

void SumVectors(const PackedCall& c, std::int32_t* sums) {
  switch (c.block.bits) {
    case 1:
      return VectorOf<1>(c, sums);
    case 2:
      return VectorOf<2>(c, sums);
    case 3:
      return VectorOf<3>(c, sums);
    case 4:
      return VectorOf<4>(c, sums);
    default:
      return VectorOf<8>(c, sums);
  }
}

#else

void SumVectors(const PackedCall&, std::int32_t*) {}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace alidade
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace alidade {

HWY_EXPORT(SumVectors);

void sum_packed_vector(const PackedCall& call, std::int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(SumVectors)(call, sums);
}

}  // namespace alidade
#endif
