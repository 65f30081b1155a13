// SPDX-License-Identifier: BSD-3-Clause
// Built once per instruction set, hence no ordinary guard.
#if defined(ALIDADE_UNPACK_STEPS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ALIDADE_UNPACK_STEPS_INL_H
#undef ALIDADE_UNPACK_STEPS_INL_H
#else
#define ALIDADE_UNPACK_STEPS_INL_H
#endif

#include <cstdint>
#include <cstring>

#include "core/quant/inference/product_steps-inl.h"

#if ALIDADE_HAS_PRODUCTS
HWY_BEFORE_NAMESPACE();
namespace alidade {
namespace HWY_NAMESPACE {

using CodeTag = hn::RebindToUnsigned<ByteTag>;
using CodeVector = hn::Vec<CodeTag>;

/// Unpacked weights of part of a unit: as bytes, or as even and odd inputs in 16 bits.
template <bool kWide>
HWY_INLINE void StoreWeights(CodeVector codes, CodeVector table, std::size_t unit, std::size_t at,
                             std::int8_t* panel) {
  const auto weights = hn::BitCast(ByteTag(), hn::TableLookupBytes(table, codes));
  if (!kWide) {
    hn::StoreU(weights, ByteTag(), panel + unit * kUnitBytes + at);
    return;
  }
  const PairTag d;
  const auto pairs = hn::BitCast(d, weights);
  auto* to = reinterpret_cast<std::int16_t*>(panel + 2 * unit * kUnitBytes) + at / 2;
  hn::StoreU(hn::ShiftRight<8>(hn::ShiftLeft<8>(pairs)), d, to);
  hn::StoreU(hn::ShiftRight<8>(pairs), d, to + kUnitBytes / 2);
}

template <int kShift>
HWY_INLINE CodeVector ShiftedBits(CodeVector packed, std::uint8_t mask) {
  const hn::Repartition<std::uint16_t, CodeTag> d16;
  const auto shifted = hn::BitCast(CodeTag(), hn::ShiftRight<kShift>(hn::BitCast(d16, packed)));
  return hn::And(shifted, hn::Set(CodeTag(), mask));
}

/// Units of 4 bits, two in a vector.
template <bool kWide>
HWY_INLINE void UnpackFour(const std::uint8_t* packed, std::size_t at, CodeVector table, std::int8_t* panel) {
  for (std::size_t pair = 0; pair < 4; ++pair) {
    const auto codes = hn::LoadU(CodeTag(), packed + pair * kUnitBytes + at);
    StoreWeights<kWide>(ShiftedBits<0>(codes, 15), table, 2 * pair, at, panel);
    StoreWeights<kWide>(ShiftedBits<4>(codes, 15), table, 2 * pair + 1, at, panel);
  }
}

/// Units of 2 bits, four in a vector, to which `high` adds its bits 4 * half .. as the third one.
template <bool kWide>
HWY_INLINE void UnpackTwo(CodeVector codes, CodeVector high, std::size_t half, std::size_t at,
                          CodeVector table, std::int8_t* panel) {
  const auto third = [](CodeVector bits) { return ShiftedBits<0>(hn::Add(bits, bits), 4); };
  const auto shifted = half == 0 ? high : ShiftedBits<4>(high, 15);
  // The bit of each unit moves to bit 1 and is doubled.
  const auto up = hn::Add(shifted, shifted);
  StoreWeights<kWide>(hn::Or(ShiftedBits<0>(codes, 3), third(up)), table, 4 * half, at, panel);
  StoreWeights<kWide>(hn::Or(ShiftedBits<2>(codes, 3), third(shifted)), table, 4 * half + 1, at, panel);
  StoreWeights<kWide>(hn::Or(ShiftedBits<4>(codes, 3), ShiftedBits<0>(shifted, 4)), table, 4 * half + 2, at,
                      panel);
  StoreWeights<kWide>(hn::Or(ShiftedBits<6>(codes, 3), ShiftedBits<1>(shifted, 4)), table, 4 * half + 3, at,
                      panel);
}

/// Units of 1 bit, eight in a vector.
template <bool kWide>
HWY_INLINE void UnpackOne(CodeVector codes, std::size_t at, CodeVector table, std::int8_t* panel) {
  StoreWeights<kWide>(ShiftedBits<0>(codes, 1), table, 0, at, panel);
  StoreWeights<kWide>(ShiftedBits<1>(codes, 1), table, 1, at, panel);
  StoreWeights<kWide>(ShiftedBits<2>(codes, 1), table, 2, at, panel);
  StoreWeights<kWide>(ShiftedBits<3>(codes, 1), table, 3, at, panel);
  StoreWeights<kWide>(ShiftedBits<4>(codes, 1), table, 4, at, panel);
  StoreWeights<kWide>(ShiftedBits<5>(codes, 1), table, 5, at, panel);
  StoreWeights<kWide>(ShiftedBits<6>(codes, 1), table, 6, at, panel);
  StoreWeights<kWide>(ShiftedBits<7>(codes, 1), table, 7, at, panel);
}

/// A group of eight units.
template <bool kWide>
HWY_INLINE void UnpackGroup(const std::uint8_t* packed, int bits, CodeVector table, std::int8_t* panel) {
  const CodeTag d;
  for (std::size_t at = 0; at < kUnitBytes; at += kVectorBytes) {
    if (bits == 4) {
      UnpackFour<kWide>(packed, at, table, panel);
    } else if (bits == 1) {
      UnpackOne<kWide>(hn::LoadU(d, packed + at), at, table, panel);
    } else {
      const auto high = bits == 3 ? hn::LoadU(d, packed + 2 * kUnitBytes + at) : hn::Zero(d);
      UnpackTwo<kWide>(hn::LoadU(d, packed + at), high, 0, at, table, panel);
      UnpackTwo<kWide>(hn::LoadU(d, packed + kUnitBytes + at), high, 1, at, table, panel);
    }
  }
}

/// Weights of 8 bits as even and odd inputs.
HWY_INLINE void WidenUnits(const std::int8_t* weights, std::size_t units, std::int8_t* panel) {
  const PairTag d;
  for (std::size_t unit = 0; unit < units; ++unit) {
    for (std::size_t at = 0; at < kUnitBytes; at += kVectorBytes) {
      const auto pairs = hn::BitCast(d, hn::LoadU(ByteTag(), weights + unit * kUnitBytes + at));
      auto* to = reinterpret_cast<std::int16_t*>(panel + 2 * unit * kUnitBytes) + at / 2;
      hn::StoreU(hn::ShiftRight<8>(hn::ShiftLeft<8>(pairs)), d, to);
      hn::StoreU(hn::ShiftRight<8>(pairs), d, to + kUnitBytes / 2);
    }
  }
}

HWY_INLINE CodeVector LevelTable(const PackedBlock& block) {
  HWY_ALIGN std::uint8_t lanes[HWY_MAX_BYTES];
  for (std::size_t at = 0; at < kVectorBytes; at += 16) {
    std::memcpy(lanes + at, block.levels.data(), 16);
  }
  return hn::Load(CodeTag(), lanes);
}

/// The block's weights as the kernels take them: in `scratch`, or where they are.
inline const std::int8_t* UnpackBlock(const PackedBlock& block, Products products, std::int8_t* scratch) {
  const bool wide = products == Products::kPairs;
  if (block.bits == 8) {
    const auto* weights = reinterpret_cast<const std::int8_t*>(block.data);
    if (!wide) {
      return weights;
    }
    WidenUnits(weights, block.groups * kGroupUnits, scratch);
    return scratch;
  }
  const CodeVector table = LevelTable(block);
  const std::size_t step = kGroupUnits * kUnitBytes * (wide ? 2 : 1);
  std::int8_t* panel = scratch;
  const std::uint8_t* packed = block.data;
  for (std::size_t group = 0; group < block.groups;
       ++group, packed += group_bytes(block.bits), panel += step) {
    wide ? UnpackGroup<true>(packed, block.bits, table, panel)
         : UnpackGroup<false>(packed, block.bits, table, panel);
  }
  return scratch;
}

}  // namespace HWY_NAMESPACE
}  // namespace alidade
HWY_AFTER_NAMESPACE();
#endif

#endif
