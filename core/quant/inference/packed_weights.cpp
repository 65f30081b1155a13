// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/packed_weights.h"

#include <algorithm>

#include <hwy/detect_compiler_arch.h>

#include "core/quant/inference/instruction_set.h"

namespace alidade {
namespace {

/// Tiles of each block: as many as the registers bear, and no tile alone where that can be helped. Where
/// there is one pixel only, each tile is a block.
std::vector<int> block_tiles(int tiles, bool one_pixel) {
  std::vector<int> blocks;
  const int most = instruction_set() >= InstructionSet::kAvx512 && !one_pixel ? kMostTiles : 1;
  while (tiles > 0) {
    const int next = tiles == 4 && most == 3 ? 2 : std::min(tiles, most);
    blocks.push_back(next);
    tiles -= next;
  }
  return blocks;
}

/// The value of a weight of the units: a code, or with 8 bits the weight itself.
class UnitReader {
 public:
  UnitReader(const ConvolutionGeometry& geometry, const IntegerWeights& weights, int bits)
      : geometry_(geometry), weights_(weights), bits_(bits) {}

  int channels() const { return (geometry_.in_channels + kUnitInputs - 1) / kUnitInputs * kUnitInputs; }
  std::size_t steps() const {
    return static_cast<std::size_t>(geometry_.kernel) * geometry_.kernel * channels() / kUnitInputs;
  }
  std::uint8_t value(int out, std::size_t step, int lane) const {
    const std::size_t input = step * kUnitInputs + lane;
    const auto channel = static_cast<int>(input % channels());
    if (out >= geometry_.out_channels || channel >= geometry_.in_channels) {
      return 0;  // its activations are 0, or its results are left out
    }
    const std::size_t pixel = input / channels(),
                      area = static_cast<std::size_t>(geometry_.kernel) * geometry_.kernel;
    const std::size_t at = (static_cast<std::size_t>(out) * geometry_.in_channels + channel) * area + pixel;
    return bits_ == 8 ? static_cast<std::uint8_t>(weights_.values[at]) : weights_.codes[at];
  }

 private:
  const ConvolutionGeometry& geometry_;
  const IntegerWeights& weights_;
  int bits_;
};

/// Puts a code of a unit into its group's planes.
void put_code(std::uint8_t* group, int bits, std::size_t unit, std::size_t at, std::uint8_t code) {
  const auto add = [&](std::uint8_t* plane, int width, std::uint8_t part) {
    const std::size_t per_byte = 8 / width;
    plane[unit / per_byte * kUnitBytes + at] |= static_cast<std::uint8_t>(part << (unit % per_byte * width));
  };
  if (bits == 3) {
    add(group, 2, code & 3);
    add(group + 2 * kUnitBytes, 1, code >> 2);
  } else if (bits == 8) {
    group[unit * kUnitBytes + at] = code;
  } else {
    add(group, bits, code);
  }
}

}  // namespace

std::size_t PackedWeights::scratch_bytes() const {
  if (bits == 8 && products != Products::kPairs && instruction_set() != InstructionSet::kPlain) {
    return 0;
  }
  std::size_t groups = 0;
  for (const Block& of : blocks) {
    groups = std::max(groups, of.groups);
  }
  return groups * kGroupUnits * kUnitBytes * (products == Products::kPairs ? 2 : 1);
}

ProductChoice best_products(const IntegerWeights& weights, const CodeGrid& input) {
#if HWY_COMPILER_GCC_ACTUAL
  if (instruction_set() >= InstructionSet::kAvx512Vnni) {
    return {Products::kDot, 1};
  }
#endif
  const int steps = 32767 / std::max(1, 2 * weights.reach() * input.largest());
  return steps >= 1 ? ProductChoice{Products::kBytes, steps} : ProductChoice{Products::kPairs, 1};
}

PackedWeights pack_weights(const ConvolutionGeometry& geometry, const IntegerWeights& weights,
                           const ProductChoice& choice) {
  PackedWeights packed;
  packed.products = choice.products;
  packed.steps_in_16_bits = choice.steps_in_16_bits;
  packed.bits = weights.levels.size() <= 16 ? weights.bits : 8;
  if (packed.bits < 8) {
    std::copy(weights.levels.begin(), weights.levels.end(), packed.levels.begin());
  }
  const UnitReader reader(geometry, weights, packed.bits);
  int first = 0;
  const int all_tiles = (geometry.out_channels + kTileOutputs - 1) / kTileOutputs;
  for (const int tiles : block_tiles(all_tiles, geometry.output().pixels() == 1)) {
    const std::size_t units = reader.steps() * tiles, groups = (units + kGroupUnits - 1) / kGroupUnits;
    packed.blocks.push_back({first, tiles, packed.bytes.size(), groups});
    packed.bytes.resize(packed.bytes.size() + groups * group_bytes(packed.bits), 0);
    std::uint8_t* block = packed.bytes.data() + packed.blocks.back().offset;
    for (std::size_t unit = 0; unit < units; ++unit) {
      std::uint8_t* group = block + unit / kGroupUnits * group_bytes(packed.bits);
      const int tile = first + static_cast<int>(unit % tiles);
      for (int at = 0; at < kUnitBytes; ++at) {
        const int out = tile * kTileOutputs + at / kUnitInputs;
        put_code(group, packed.bits, unit % kGroupUnits, at,
                 reader.value(out, unit / tiles, at % kUnitInputs));
      }
    }
    first += tiles;
  }
  return packed;
}

}  // namespace alidade
