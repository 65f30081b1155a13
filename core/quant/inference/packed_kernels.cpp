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

HWY_BEFORE_NAMESPACE();
namespace alidade {
namespace HWY_NAMESPACE {
#if ALIDADE_HAS_PRODUCTS

/// Sums of kPixels output pixels, [pixel][tile][16].
template <int kTiles, int kPixels>
void PairsTile(const PackedCall& c, const std::uint8_t* input, const std::int8_t* panel, std::int32_t* sums) {
  PairSums<kTiles, kPixels> total;
  total.Clear();
  for (int y = 0; y < c.kernel; ++y, input += c.row_bytes) {
    for (int j = 0; j < c.run; j += kUnitInputs, panel += 2 * kUnitBytes * kTiles) {
      total.Add(input + j, c.step_bytes, panel);
    }
  }
  total.Store(sums);
}

template <int kTiles, int kPixels>
void BytesTile(const PackedCall& c, const std::uint8_t* input, const std::int8_t* panel, std::int32_t* sums) {
  WideSums<kTiles, kPixels> total;
  total.Clear();
  for (int y = 0; y < c.kernel; ++y, input += c.row_bytes) {
    for (int j = 0; j < c.run;) {
      const int end = std::min(c.run, j + kUnitInputs * c.steps_in_16_bits);
      ByteSums<kTiles, kPixels> part;
      part.Clear();
      for (; j < end; j += kUnitInputs, panel += kUnitBytes * kTiles) {
        part.Add(input + j, c.step_bytes, panel);
      }
      total.Widen(part);
    }
  }
  total.Store(sums);
}

#if ALIDADE_HAS_DOT
template <int kTiles, int kPixels>
ALIDADE_DOT void DotTile(const PackedCall& c, const std::uint8_t* input, const std::int8_t* panel,
                         std::int32_t* sums) {
  DotSums<kTiles, kPixels> total;
  total.Clear();
  for (int y = 0; y < c.kernel; ++y, input += c.row_bytes) {
    for (int j = 0; j < c.run; j += kUnitInputs, panel += kUnitBytes * kTiles) {
      total.Add(input + j, c.step_bytes, panel);
    }
  }
  total.Store(sums);
}
#endif

/// The kernel for a number of pixels and the call's way of adding.
template <int kTiles, int kPixels>
void SumTile(const PackedCall& c, const std::uint8_t* input, const std::int8_t* panel, std::int32_t* sums) {
#if ALIDADE_HAS_DOT
  if (c.products == Products::kDot) {
    return DotTile<kTiles, kPixels>(c, input, panel, sums);
  }
#endif
  return c.products == Products::kBytes ? BytesTile<kTiles, kPixels>(c, input, panel, sums)
                                        : PairsTile<kTiles, kPixels>(c, input, panel, sums);
}

namespace hn = hwy::HWY_NAMESPACE;

/// 16 channels of a pixel as codes.
void FinishCodes(const PackedCall& c, int tile, const std::int32_t* sums, std::uint8_t* out) {
  const hn::CappedTag<std::int32_t, kTileOutputs> di;
  const hn::RebindToFloat<decltype(di)> df;
  const hn::Rebind<std::uint8_t, decltype(di)> d8;
  for (std::size_t i = 0; i < kTileOutputs; i += hn::Lanes(di)) {
    const auto sum = hn::ConvertTo(df, hn::LoadU(di, sums + i));
    const std::size_t at = static_cast<std::size_t>(tile) * kTileOutputs + i;
    const auto value = hn::MulAdd(sum, hn::LoadU(df, c.factors + at), hn::LoadU(df, c.biases + at));
    const auto cut = hn::Min(hn::Max(value, hn::Set(df, c.low)), hn::Set(df, c.high));
    hn::StoreU(hn::DemoteTo(d8, hn::NearestInt(cut)), d8, out + i);
  }
}

/// The same as float32.
void FinishFloats(const PackedCall& c, int tile, const std::int32_t* sums, float* out) {
  const hn::CappedTag<std::int32_t, kTileOutputs> di;
  const hn::RebindToFloat<decltype(di)> df;
  for (std::size_t i = 0; i < kTileOutputs; i += hn::Lanes(di)) {
    const auto sum = hn::ConvertTo(df, hn::LoadU(di, sums + i));
    const std::size_t at = static_cast<std::size_t>(tile) * kTileOutputs + i;
    const auto value = hn::MulAdd(sum, hn::LoadU(df, c.factors + at), hn::LoadU(df, c.biases + at));
    hn::StoreU(hn::Max(value, hn::Set(df, c.low)), df, out + i);
  }
}

void FinishTile(const PackedCall& c, int tile, const std::int32_t* sums, void* out) {
  switch (c.kind) {
    case TensorForm::Kind::kCodes:
      return FinishCodes(c, tile, sums, static_cast<std::uint8_t*>(out));
    case TensorForm::Kind::kFloat:
      return FinishFloats(c, tile, sums, static_cast<float*>(out));
    case TensorForm::Kind::kSums:
      std::memcpy(out, sums, kTileOutputs * sizeof(std::int32_t));
  }
}

/// Writes the pixels' channels; a tile that is not full goes through a copy, since what lies behind its
/// channels is another pixel's.
void FinishPixels(const PackedCall& c, const std::int32_t* sums, int pixels, std::byte* out) {
  const std::size_t element = c.kind == TensorForm::Kind::kCodes ? 1 : 4;
  for (int p = 0; p < pixels; ++p, out += c.out_pixel_bytes) {
    for (int tile = 0; tile < c.tiles; ++tile, sums += kTileOutputs) {
      std::byte* to = out + tile * kTileOutputs * element;
      const int channels = c.channels - tile * kTileOutputs;
      if (channels >= kTileOutputs) {
        FinishTile(c, tile, sums, to);
        continue;
      }
      HWY_ALIGN std::byte copy[kTileOutputs * 4];
      FinishTile(c, tile, sums, copy);
      std::memcpy(to, copy, channels * element);
      std::memset(to + channels * element, 0, c.spare * element);
    }
  }
}

/// As many pixels as are left of a row, kPixels at a time.
template <int kTiles, int kPixels>
void SumRow(const PackedCall& c, const std::int8_t* panel, const std::uint8_t*& input, std::byte*& out,
            int& left) {
  HWY_ALIGN std::int32_t sums[kPixels * kTiles * kTileOutputs];
  for (; left >= kPixels; left -= kPixels) {
    SumTile<kTiles, kPixels>(c, input, panel, sums);
    FinishPixels(c, sums, kPixels, out);
    input += kPixels * c.step_bytes;
    out += kPixels * c.out_pixel_bytes;
  }
}

template <int kTiles>
void SumRows(const PackedCall& c, const std::int8_t* panel) {
  for (int y = 0; y < c.height; ++y) {
    const std::uint8_t* input = c.input + static_cast<std::size_t>(y) * c.stride * c.row_bytes;
    std::byte* out = c.output + y * c.out_row_bytes;
    int left = c.width;
    if constexpr (kWidePixels >= 8) {
      SumRow<kTiles, 8>(c, panel, input, out, left);
    }
    if constexpr (kWidePixels >= 4) {
      SumRow<kTiles, 4>(c, panel, input, out, left);
    }
    SumRow<kTiles, 2>(c, panel, input, out, left);
    SumRow<kTiles, 1>(c, panel, input, out, left);
  }
}

void RunPacked(const PackedCall& call) {
  if (call.is_vector()) {
    HWY_ALIGN std::int32_t sums[kTileOutputs];
    sum_packed_vector(call, sums);
    return FinishPixels(call, sums, 1, call.output);
  }
  const std::int8_t* panel = UnpackBlock(call.block, call.products, static_cast<std::int8_t*>(call.scratch));
  if constexpr (kWideTiles >= 3) {
    if (call.tiles == 3) {
      return SumRows<3>(call, panel);
    }
    if (call.tiles == 2) {
      return SumRows<2>(call, panel);
    }
  }
  SumRows<1>(call, panel);
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
