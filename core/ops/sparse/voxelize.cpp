// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/voxelize.h"

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "core/ops/sparse/voxel_keys.h"

namespace alidade {
namespace {

constexpr double kLeastIndex = std::numeric_limits<std::int32_t>::min();
constexpr double kGreatestIndex = std::numeric_limits<std::int32_t>::max();

/// floor(value / size) where it fits 32 bits. The comparison is false for NaN.
bool cell_index(double value, double size, std::int32_t& index) {
  const double quotient = value / size;
  if (!(quotient >= kLeastIndex && quotient < kGreatestIndex + 1.0)) {
    return false;
  }
  const auto truncated = static_cast<std::int64_t>(quotient);
  index = static_cast<std::int32_t>(truncated - (quotient < static_cast<double>(truncated)));
  return true;
}

/// Cells of points in their order; rejected ones get the mark -1 and are counted.
template <class Number>
std::vector<VoxelCoordinate> cells_of(std::span<const Number> points, double size, int batch,
                                      Voxelization& result) {
  std::vector<VoxelCoordinate> cells(points.size() / 3);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const double x = points[3 * i], y = points[3 * i + 1], z = points[3 * i + 2];
    VoxelCoordinate& cell = cells[i];
    cell.batch = batch;
    if (cell_index(x, size, cell.x) && cell_index(y, size, cell.y) && cell_index(z, size, cell.z)) {
      continue;
    }
    result.point_to_voxel[i] = -1;
    const bool finite = std::isfinite(x) && std::isfinite(y) && std::isfinite(z);
    ++(finite ? result.outside_int32 : result.not_finite);
  }
  return cells;
}

/// Puts the points of each cell together: their keys carry the index of the point in their lowest bits.
template <class Key>
void collect_voxels(const std::vector<VoxelCoordinate>& cells, const KeyLayout& layout, int index_bits,
                    Voxelization& result) {
  std::vector<Key> keys;
  keys.reserve(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (result.point_to_voxel[i] == 0) {
      keys.push_back((layout.key<Key>(cells[i]) << index_bits) + static_cast<Key>(i));
    }
  }
  sort_keys(keys, index_bits, index_bits + layout.bits);
  const Key index_mask = (Key{1} << index_bits) - 1;
  Key last = 0;
  std::int32_t voxel = -1;
  for (const Key key : keys) {
    const auto point = static_cast<std::int32_t>(key & index_mask);
    if (voxel < 0 || key >> index_bits != last) {
      last = key >> index_bits;
      ++voxel;
      result.voxels.rows.push_back(cells[point]);
      result.first_point.push_back(point);
      result.count.push_back(0);
    }
    result.point_to_voxel[point] = voxel;
    ++result.count[voxel];
  }
}

template <class Number>
Expected<Voxelization> voxels_of(std::span<const Number> points, double size, int batch) {
  if (!(size > 0.0) || !std::isfinite(size)) {
    return usage_error("The voxel size is " + std::to_string(size) +
                       " m; it must be a positive number of metres, such as 0.02.");
  }
  if (points.size() % 3 != 0) {
    return usage_error("Points have three coordinates each, but there are " + std::to_string(points.size()) +
                       " numbers.");
  }
  if (points.size() / 3 > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    return usage_error("There are more than 2^31 - 1 points; split the scene.");
  }
  if (batch < 0) {
    return usage_error("The batch index is " + std::to_string(batch) + "; it must be 0 or more.");
  }
  Voxelization result;
  result.point_to_voxel.assign(points.size() / 3, 0);
  const std::vector<VoxelCoordinate> cells = cells_of(points, size, batch, result);
  VoxelBounds bounds;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (result.point_to_voxel[i] == 0) {
      bounds.add(cells[i]);
    }
  }
  const KeyLayout layout = key_layout(bounds, 1, 0);
  const int index_bits = std::bit_width(cells.size());
  // At most 3 * 32 bits of coordinates and 31 of an index: 128 bits hold all points.
  if (layout.bits + index_bits <= 64) {
    collect_voxels<std::uint64_t>(cells, layout, index_bits, result);
  } else {
    collect_voxels<WideKey>(cells, layout, index_bits, result);
  }
  return result;
}

template <class Number>
void means_of(const Voxelization& voxelization, const Number* features, int channels, Number* means) {
  std::vector<double> sums(voxelization.count.size() * channels, 0.0);
  for (std::size_t i = 0; i < voxelization.point_to_voxel.size(); ++i) {
    const std::int32_t voxel = voxelization.point_to_voxel[i];
    if (voxel < 0) {
      continue;
    }
    double* sum = sums.data() + static_cast<std::size_t>(voxel) * channels;
    for (int c = 0; c < channels; ++c) {
      sum[c] += features[i * channels + c];
    }
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    means[i] = static_cast<Number>(sums[i] / voxelization.count[i / channels]);
  }
}

}  // namespace

Expected<Voxelization> voxelize(std::span<const float> points, double size_m, int batch) {
  return voxels_of(points, size_m, batch);
}

Expected<Voxelization> voxelize(std::span<const double> points, double size_m, int batch) {
  return voxels_of(points, size_m, batch);
}

void voxel_means(const Voxelization& voxelization, const float* features, int channels, float* means) {
  means_of(voxelization, features, channels, means);
}

void voxel_means(const Voxelization& voxelization, const double* features, int channels, double* means) {
  means_of(voxelization, features, channels, means);
}

}  // namespace alidade
