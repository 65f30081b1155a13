// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/packed_kernels.h"

#include <algorithm>
#include <cstring>

// Built once per instruction set: this file includes itself.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/inference/packed_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/quant/inference/product_steps-inl.h"
#include "core/quant/inference/unpack_steps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace alidade {
namespace HWY_NAMESPACE {
#if ALIDADE_HAS_PRODUCTS

using RealTag = hn::RebindToFloat<SumTag>;
using RealVector = hn::Vec<RealTag>;
using NarrowTag = hn::Rebind<std::uint8_t, SumTag>;
inline constexpr int kLanes = hn::MaxLanes(SumTag());

/// Whole numbers of 0 to 255 as bytes.
HWY_INLINE hn::Vec<NarrowTag> Narrowed(SumVector codes) {
#if HWY_TARGET == HWY_AVX3
  return hn::Vec<NarrowTag>{_mm512_cvtepi32_epi8(codes.raw)};
#else
  return hn::DemoteTo(NarrowTag(), codes);
#endif
}

/// The first `count` lanes of a vector of codes.
HWY_INLINE void StorePart(hn::Vec<NarrowTag> codes, int count, std::uint8_t* out) {
#if HWY_TARGET == HWY_AVX3
  _mm_mask_storeu_epi8(out, static_cast<__mmask16>((1U << count) - 1), codes.raw);
#else
  HWY_ALIGN std::uint8_t copy[kLanes];
  hn::StoreU(codes, NarrowTag(), copy);
  std::memcpy(out, copy, static_cast<std::size_t>(count));
#endif
}

/// Codes of sums, which are [pixel][tile][16]. They come through memory: kept in registers until here, they
/// would be spilled while they are added up.
template <int kTiles, int kPixels>
HWY_NOINLINE void FinishCodes(const PackedCall& c, const std::int32_t* sums, std::byte* out) {
  const RealTag df;
  const RealVector low = hn::Set(df, c.low), high = hn::Set(df, c.high);
  const std::size_t step = c.out_pixel_bytes;
  for (int i = 0; i < c.channels; i += kLanes) {
    const RealVector factor = hn::LoadU(df, c.factors + i), bias = hn::LoadU(df, c.biases + i);
    const int count = c.channels - i;
    auto* to = reinterpret_cast<std::uint8_t*>(out) + i;
    const auto codes_of = [&](int p) {
      const auto sum = hn::ConvertTo(df, hn::Load(SumTag(), sums + p * kTiles * kTileOutputs + i));
      const auto value = hn::MulAdd(sum, factor, bias);
      return Narrowed(hn::NearestInt(hn::Min(hn::Max(value, low), high)));
    };
    if (count >= kLanes) {
#pragma GCC unroll 8
      for (int p = 0; p < kPixels; ++p) {
        hn::StoreU(codes_of(p), NarrowTag(), to + p * step);
      }
    } else {
      for (int p = 0; p < kPixels; ++p) {
        StorePart(codes_of(p), count, to + p * step);
      }
    }
  }
  for (int p = 0; c.spare > 0 && p < kPixels; ++p) {
    std::memset(out + p * step + c.channels, 0, static_cast<std::size_t>(c.spare));
  }
}

/// The same as float32, or as they are; sums are [pixel][tile][16].
void FinishWide(const PackedCall& c, const std::int32_t* sums, int pixels, std::byte* out) {
  const RealTag df;
  for (int p = 0; p < pixels; ++p, out += c.out_pixel_bytes, sums += c.tiles * kTileOutputs) {
    HWY_ALIGN float values[kMostTiles * kTileOutputs];
    for (int i = 0; i < c.channels && c.kind == TensorForm::Kind::kFloat; i += kLanes) {
      const auto sum = hn::ConvertTo(df, hn::LoadU(SumTag(), sums + i));
      const auto value = hn::MulAdd(sum, hn::LoadU(df, c.factors + i), hn::LoadU(df, c.biases + i));
      hn::Store(hn::Max(value, hn::Set(df, c.low)), df, values + i);
    }
    const void* from = c.kind == TensorForm::Kind::kFloat ? static_cast<const void*>(values) : sums;
    std::memcpy(out, from, static_cast<std::size_t>(c.channels) * sizeof(float));
  }
}

template <int kTiles, int kPixels>
HWY_INLINE void Finish(const PackedCall& c, const std::int32_t* sums, std::byte* out) {
  c.kind == TensorForm::Kind::kCodes ? FinishCodes<kTiles, kPixels>(c, sums, out)
                                     : FinishWide(c, sums, kPixels, out);
}

/// The results of kPixels output pixels.
template <int kTiles, int kPixels>
void PairsTile(const PackedCall& c, const std::uint8_t* input, const std::int8_t* panel, std::byte* out) {
  PairSums<kTiles, kPixels> total;
  total.Clear();
  for (int i = 0; i < c.steps; ++i, panel += 2 * kUnitBytes * kTiles) {
    total.Add(input + c.offsets[i], c.step_bytes, panel);
  }
  HWY_ALIGN std::int32_t sums[kPixels * kTiles * kTileOutputs];
  total.Store(sums);
  Finish<kTiles, kPixels>(c, sums, out);
}

template <int kTiles, int kPixels>
void BytesTile(const PackedCall& c, const std::uint8_t* input, const std::int8_t* panel, std::byte* out) {
  WideSums<kTiles, kPixels> total;
  total.Clear();
  for (int i = 0; i < c.steps;) {
    const int end = std::min(c.steps, i + c.steps_in_16_bits);
    ByteSums<kTiles, kPixels> part;
    part.Clear();
    for (; i < end; ++i, panel += kUnitBytes * kTiles) {
      part.Add(input + c.offsets[i], c.step_bytes, panel);
    }
    total.Widen(part);
  }
  HWY_ALIGN std::int32_t sums[kPixels * kTiles * kTileOutputs];
  total.Store(sums);
  Finish<kTiles, kPixels>(c, sums, out);
}

#if ALIDADE_HAS_DOT
template <int kTiles, int kPixels>
ALIDADE_DOT void DotTile(const PackedCall& c, const std::uint8_t* input, const std::int8_t* panel,
                         std::byte* out) {
  DotSums<kTiles, kPixels> total;
  total.Clear();
  for (int i = 0; i < c.steps; ++i, panel += kUnitBytes * kTiles) {
    total.Add(input + c.offsets[i], c.step_bytes, panel);
  }
  HWY_ALIGN std::int32_t sums[kPixels * kTiles * kTileOutputs];
  total.Store(sums);
  Finish<kTiles, kPixels>(c, sums, out);
}
#endif

/// The kernel for a number of pixels and the call's way of adding.
template <int kTiles, int kPixels>
void RunTile(const PackedCall& c, const std::uint8_t* input, const std::int8_t* panel, std::byte* out) {
#if ALIDADE_HAS_DOT
  if (c.products == Products::kDot) {
    return DotTile<kTiles, kPixels>(c, input, panel, out);
  }
#endif
  return c.products == Products::kBytes ? BytesTile<kTiles, kPixels>(c, input, panel, out)
                                        : PairsTile<kTiles, kPixels>(c, input, panel, out);
}

/// As many pixels as are left of a row, kPixels at a time.
template <int kTiles, int kPixels>
void RunRow(const PackedCall& c, const std::int8_t* panel, const std::uint8_t*& input, std::byte*& out,
            int& left) {
  for (; left >= kPixels; left -= kPixels) {
    RunTile<kTiles, kPixels>(c, input, panel, out);
    input += kPixels * c.step_bytes;
    out += kPixels * c.out_pixel_bytes;
  }
}

template <int kTiles>
void RunRows(const PackedCall& c, const std::int8_t* panel) {
  for (int y = 0; y < c.height; ++y) {
    const std::uint8_t* input = c.input + static_cast<std::size_t>(y) * c.row_bytes;
    std::byte* out = c.output + y * c.out_row_bytes;
    int left = c.width;
    if constexpr (kWidePixels >= 8) {
      RunRow<kTiles, 8>(c, panel, input, out, left);
    }
    if constexpr (kWidePixels >= 4) {
      RunRow<kTiles, 4>(c, panel, input, out, left);
    }
    RunRow<kTiles, 2>(c, panel, input, out, left);
    RunRow<kTiles, 1>(c, panel, input, out, left);
  }
}

void RunPacked(const PackedCall& call) {
  if (call.is_vector()) {
    HWY_ALIGN std::int32_t sums[kTileOutputs];
    sum_packed_vector(call, sums);
    return Finish<1, 1>(call, sums, call.output);
  }
  const std::int8_t* panel = UnpackBlock(call.block, call.products, static_cast<std::int8_t*>(call.scratch));
  if constexpr (kWideTiles >= 3) {
    if (call.tiles == 3) {
      return RunRows<3>(call, panel);
    }
    if (call.tiles == 2) {
      return RunRows<2>(call, panel);
    }
  }
  RunRows<1>(call, panel);
}

#else

void RunPacked(const PackedCall& call) {
  run_packed_plain(call);
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace alidade
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace alidade {

HWY_EXPORT(RunPacked);

void run_packed(const PackedCall& call) {
  HWY_DYNAMIC_DISPATCH(RunPacked)(call);
}

}  // namespace alidade
#endif
