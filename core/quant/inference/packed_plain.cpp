// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/quant/inference/packed_kernels.h"

namespace alidade {
namespace {

/// A weight of a unit, from its group's planes.
std::int8_t weight_at(const PackedBlock& block, std::size_t unit, std::size_t at) {
  const std::uint8_t* group = block.data + unit / kGroupUnits * group_bytes(block.bits);
  const std::size_t in_group = unit % kGroupUnits;
  const auto part = [&](const std::uint8_t* plane, int width) {
    const std::size_t per_byte = 8 / width;
    const int bits = plane[in_group / per_byte * kUnitBytes + at] >> (in_group % per_byte * width);
    return bits & ((1 << width) - 1);
  };
  if (block.bits == 8) {
    return static_cast<std::int8_t>(group[in_group * kUnitBytes + at]);
  }
  const int code =
      block.bits == 3 ? part(group, 2) | part(group + 2 * kUnitBytes, 1) << 2 : part(group, block.bits);
  return block.levels[static_cast<std::size_t>(code)];
}

void plain_sums(const PackedCall& c, const std::int8_t* panel, const std::uint8_t* input,
                std::int32_t* sums) {
  std::fill_n(sums, c.tiles * kTileOutputs, 0);
  for (int i = 0; i < c.steps; ++i) {
    const std::uint8_t* codes = input + c.offsets[i];
    for (int out = 0; out < c.tiles * kTileOutputs; ++out, panel += kUnitInputs) {
      for (int lane = 0; lane < kUnitInputs; ++lane) {
        sums[out] += static_cast<std::int32_t>(codes[lane]) * panel[lane];
      }
    }
  }
}

void plain_finish(const PackedCall& c, const std::int32_t* sums, std::byte* out) {
  if (c.kind == TensorForm::Kind::kSums) {
    std::memcpy(out, sums, static_cast<std::size_t>(c.channels) * 4);
    return;
  }
  for (int i = 0; i < c.channels; ++i) {
    const float value = static_cast<float>(sums[i]) * c.factors[i] + c.biases[i];
    const float cut = std::min(std::max(c.low, value), c.high);
    if (c.kind == TensorForm::Kind::kFloat) {
      reinterpret_cast<float*>(out)[i] = cut;
    } else {
      reinterpret_cast<std::uint8_t*>(out)[i] = static_cast<std::uint8_t>(std::nearbyint(cut));
    }
  }
  std::memset(out + c.channels * (c.kind == TensorForm::Kind::kCodes ? 1 : 4), 0,
              static_cast<std::size_t>(c.spare));
}

}  // namespace

void run_packed_plain(const PackedCall& call) {
  auto* panel = static_cast<std::int8_t*>(call.scratch);
  const std::size_t units = call.block.groups * kGroupUnits;
  for (std::size_t unit = 0; unit < units; ++unit) {
    for (std::size_t at = 0; at < kUnitBytes; ++at) {
      panel[unit * kUnitBytes + at] = weight_at(call.block, unit, at);
    }
  }
  std::int32_t sums[kMostTiles * kTileOutputs];
  for (int y = 0; y < call.height; ++y) {
    const std::uint8_t* input = call.input + static_cast<std::size_t>(y) * call.row_bytes;
    std::byte* out = call.output + y * call.out_row_bytes;
    for (int x = 0; x < call.width; ++x, input += call.step_bytes, out += call.out_pixel_bytes) {
      plain_sums(call, panel, input, sums);
      plain_finish(call, sums, out);
    }
  }
}

}  // namespace alidade
