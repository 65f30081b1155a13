// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/kernel_map.h"

#include <optional>
#include <string>

#include "core/ops/sparse/row_matching.h"
#include "core/ops/sparse/voxel_keys.h"
#include "core/ops/sparse/voxel_lattice.h"

namespace alidade {
namespace {

constexpr int kMostKernel = kLongestColumn;
constexpr int kMostStride = 1 << 20;

std::optional<Error> wrong_call(const VoxelSet& inputs, int kernel, int stride) {
  if (kernel < 1 || kernel > kMostKernel) {
    return usage_error("A sparse kernel has 1 to " + std::to_string(kMostKernel) +
                       " cells along an edge, not " + std::to_string(kernel) + ".");
  }
  if (stride < 1 || inputs.stride < 1 || std::int64_t{stride} * inputs.stride > kMostStride) {
    return usage_error("Strides of sparse convolutions are at least 1 and together at most " +
                       std::to_string(kMostStride) + "; these are " + std::to_string(stride) +
                       " on a lattice of " + std::to_string(inputs.stride) + ".");
  }
  if (inputs.rows.size() > kMostSparseRows) {
    return Error{ErrorCode::kFailed, "A sparse tensor holds at most 2^31 - 1 rows."};
  }
  return std::nullopt;
}

/// Matches of all offsets, [volume].
using OffsetMatches = std::vector<MatchedRows>;

KernelMap joined(OffsetMatches matches, std::size_t inputs, std::size_t outputs, bool outputs_seek) {
  KernelMap map;
  map.inputs = inputs;
  map.outputs = outputs;
  map.begin.push_back(0);
  for (const MatchedRows& rows : matches) {
    map.begin.push_back(map.begin.back() + static_cast<std::int64_t>(rows.seeking.size()));
  }
  map.input_rows.reserve(map.pairs());
  map.output_rows.reserve(map.pairs());
  for (MatchedRows& rows : matches) {
    auto& in = outputs_seek ? rows.found : rows.seeking;
    auto& out = outputs_seek ? rows.seeking : rows.found;
    map.input_rows.insert(map.input_rows.end(), in.begin(), in.end());
    map.output_rows.insert(map.output_rows.end(), out.begin(), out.end());
  }
  return map;
}

/// Rows of `sought` at all offsets from the rows of `seeking`.
template <class Key>
OffsetMatches matches_between(const VoxelSet& seeking, const VoxelSet& sought, const KernelAxis& axis,
                              const KeyLayout& layout) {
  const auto from = keys_of<Key>(seeking.rows, layout, 0);
  const auto to = keys_of<Key>(sought.rows, layout, axis.count);
  ColumnMatcher<Key> matcher(from, to, axis.count);
  OffsetMatches matches(axis.count * axis.count * axis.count);
  for (int x = axis.first; x <= axis.last(); ++x) {
    for (int y = axis.first; y <= axis.last(); ++y) {
      auto column = matcher.match(layout.step<Key>(x, y, axis.first), axis.count);
      for (int place = 0; place < axis.count; ++place) {
        matches[axis.index(x, y, axis.first + place)] = std::move(column[place]);
      }
    }
  }
  return matches;
}

MatchedRows every_row(std::size_t rows) {
  MatchedRows all;
  all.seeking.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    all.seeking[i] = static_cast<std::int32_t>(i);
  }
  all.found = all.seeking;
  return all;
}

/// The same within one set and with a centered kernel: whoever finds a neighbor is found by it at the
/// opposite offset, so that half of the offsets are enough.
template <class Key>
OffsetMatches matches_within(const VoxelSet& voxels, const KernelAxis& axis, const KeyLayout& layout) {
  const auto keys = keys_of<Key>(voxels.rows, layout, axis.count);
  const std::span<const Key> seeking(keys.data(), voxels.rows.size());
  ColumnMatcher<Key> matcher(seeking, keys, axis.count);
  OffsetMatches matches(axis.count * axis.count * axis.count);
  const auto keep_both = [&](int x, int y, int z, MatchedRows&& rows) {
    MatchedRows& opposite = matches[axis.index(-x, -y, -z)];
    opposite.seeking = rows.found;
    opposite.found = rows.seeking;
    matches[axis.index(x, y, z)] = std::move(rows);
  };
  for (int x = 0; x <= axis.last(); ++x) {
    for (int y = x == 0 ? 0 : axis.first; y <= axis.last(); ++y) {
      const int first = x == 0 && y == 0 ? 1 : axis.first;
      const int length = axis.last() - first + 1;
      auto column = length > 0 ? matcher.match(layout.step<Key>(x, y, first), length) : OffsetMatches();
      for (int place = 0; place < length; ++place) {
        keep_both(x, y, first + place, std::move(column[place]));
      }
    }
  }
  matches[axis.index(0, 0, 0)] = every_row(voxels.rows.size());
  return matches;
}

/// The map between two sets; offsets count cells of `edge`, the finer stride.
Expected<KernelMap> map_between(const VoxelSet& inputs, const VoxelSet& outputs, int kernel, int edge,
                                bool outputs_seek) {
  const KernelAxis axis(kernel);
  VoxelBounds bounds;
  bounds.add(inputs.rows);
  bounds.add(outputs.rows);
  const KeyLayout layout = key_layout(bounds, edge, axis.reach());
  if (!holds_keys(layout)) {
    return coordinates_too_far();
  }
  const VoxelSet& seeking = outputs_seek ? outputs : inputs;
  const VoxelSet& sought = outputs_seek ? inputs : outputs;
  return with_key_type(layout, [&]<class Key>(Key) {
    const bool halves = &inputs == &outputs && kernel % 2 == 1;
    auto matches = halves ? matches_within<Key>(inputs, axis, layout)
                          : matches_between<Key>(seeking, sought, axis, layout);
    return joined(std::move(matches), inputs.rows.size(), outputs.rows.size(), outputs_seek);
  });
}

}  // namespace

std::vector<std::array<int, 3>> kernel_offsets(int kernel) {
  const KernelAxis axis(kernel);
  std::vector<std::array<int, 3>> offsets;
  for (int z = axis.first; z <= axis.last(); ++z) {
    for (int y = axis.first; y <= axis.last(); ++y) {
      for (int x = axis.first; x <= axis.last(); ++x) {
        offsets.push_back({x, y, z});
      }
    }
  }
  return offsets;
}

Expected<KernelMap> submanifold_map(const VoxelSet& inputs, int kernel) {
  if (const auto error = wrong_call(inputs, kernel, 1)) {
    return *error;
  }
  return map_between(inputs, inputs, kernel, inputs.stride, true);
}

Expected<MappedVoxels> strided_map(const VoxelSet& inputs, int kernel, int stride) {
  if (const auto error = wrong_call(inputs, kernel, stride)) {
    return *error;
  }
  if (stride == 1) {
    auto map = submanifold_map(inputs, kernel);
    return map ? Expected<MappedVoxels>(MappedVoxels{inputs, std::move(*map)}) : map.error();
  }
  auto outputs = coarse_voxels(inputs, inputs.stride * stride);
  if (!outputs) {
    return outputs.error();
  }
  auto map = map_between(inputs, *outputs, kernel, inputs.stride, true);
  return map ? Expected<MappedVoxels>(MappedVoxels{std::move(*outputs), std::move(*map)}) : map.error();
}

Expected<MappedVoxels> transposed_map(const VoxelSet& inputs, int kernel, int stride) {
  if (const auto error = wrong_call(inputs, kernel, stride)) {
    return *error;
  }
  if (inputs.stride % stride != 0) {
    return usage_error("A transposed convolution of stride " + std::to_string(stride) +
                       " cannot refine a lattice of stride " + std::to_string(inputs.stride) + ".");
  }
  auto outputs = hit_voxels(inputs, KernelAxis(kernel), inputs.stride / stride);
  if (!outputs) {
    return outputs.error();
  }
  auto map = transposed_map_onto(inputs, *outputs, kernel);
  return map ? Expected<MappedVoxels>(MappedVoxels{std::move(*outputs), std::move(*map)}) : map.error();
}

Expected<KernelMap> transposed_map_onto(const VoxelSet& inputs, const VoxelSet& outputs, int kernel) {
  if (const auto error = wrong_call(inputs, kernel, outputs.stride)) {
    return *error;
  }
  if (inputs.stride % outputs.stride != 0) {
    return usage_error("A transposed convolution leads to a finer lattice; the stride " +
                       std::to_string(outputs.stride) + " does not divide " + std::to_string(inputs.stride) +
                       ".");
  }
  return map_between(inputs, outputs, kernel, outputs.stride, false);
}

KernelMap reversed_map(KernelMap map) {
  std::swap(map.inputs, map.outputs);
  map.input_rows.swap(map.output_rows);
  return map;
}

}  // namespace alidade
