// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/io/npz.h"
#include "core/ops/sparse/kernel_map.h"
#include "tests/support/test_registry.h"

namespace alidade::test {

using Arrays = std::map<std::string, NpyArray>;

inline Arrays sparse_arrays(const std::string& name) {
  return *read_npz(fixture("sparse_conv/" + name + ".npz"));
}

inline nlohmann::json sparse_json(const std::string& name) {
  std::ifstream file(fixture("sparse_conv/" + name + ".json"));
  return nlohmann::json::parse(file);
}

inline std::vector<double> doubles(const Arrays& arrays, const std::string& name) {
  const auto found = arrays.find(name);
  return found == arrays.end() ? std::vector<double>() : found->second.as_doubles();
}

inline std::vector<std::int64_t> integers(const Arrays& arrays, const std::string& name) {
  return arrays.at(name).as_integers();
}

/// Rows (batch, x, y, z) of an array, sorted; the fixtures keep inputs in any order.
inline SortedVoxels voxels_of(const Arrays& arrays, const std::string& name, int stride) {
  std::vector<VoxelCoordinate> rows;
  const auto values = integers(arrays, name);
  for (std::size_t i = 0; i + 3 < values.size(); i += 4) {
    const auto at = [&](int axis) { return static_cast<std::int32_t>(values[i + axis]); };
    rows.push_back({at(0), at(1), at(2), at(3)});
  }
  return *sorted_voxels(rows, stride);
}

/// Features of the rows in their sorted order.
inline std::vector<double> sorted_rows(const std::vector<double>& features, const SortedVoxels& sorted) {
  const std::size_t channels = features.size() / std::max<std::size_t>(sorted.order.size(), 1);
  std::vector<double> result;
  for (const std::int32_t row : sorted.order) {
    result.insert(result.end(), features.begin() + row * channels, features.begin() + (row + 1) * channels);
  }
  return result;
}

/// The map of a case of cases.json and its outputs.
inline MappedVoxels mapped_case(const nlohmann::json& entry, const VoxelSet& inputs) {
  const int kernel = entry["kernel_size"], stride = entry.value("stride", 1);
  if (entry["kind"] == "submanifold") {
    return {inputs, *submanifold_map(inputs, kernel)};
  }
  return entry["kind"] == "transposed" ? *transposed_map(inputs, kernel, stride)
                                       : *strided_map(inputs, kernel, stride);
}

/// (offset, input row, output row) of all pairs.
inline std::vector<std::int64_t> triples(const KernelMap& map) {
  std::vector<std::int64_t> result;
  for (int j = 0; j < map.volume(); ++j) {
    for (std::int64_t p = map.begin[j]; p < map.begin[j + 1]; ++p) {
      result.insert(result.end(), {j, map.input_rows[p], map.output_rows[p]});
    }
  }
  return result;
}

template <class A, class B>
double largest_difference(const std::vector<A>& a, const std::vector<B>& b) {
  if (a.size() != b.size()) {
    return std::numeric_limits<double>::infinity();
  }
  double most = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    // A NaN is a difference.
    const double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    most = difference <= most ? most : difference;
  }
  return most;
}

template <class Number = double>
std::vector<Number> normal_values(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<Number> values(count);
  for (Number& value : values) {
    value = static_cast<Number>(random.normal());
  }
  return values;
}

/// Cells of a block of 2 scenes of `size` cells along each edge, on a lattice, that are there by chance.
inline VoxelSet random_voxels(int size, int stride, double share, std::uint64_t seed) {
  Random random(seed);
  VoxelSet voxels;
  voxels.stride = stride;
  const int first = -size / 2;
  for (int batch = 0; batch < 2; ++batch) {
    for (int x = first; x < first + size; ++x) {
      for (int y = first; y < first + size; ++y) {
        for (int z = first; z < first + size; ++z) {
          if (random.uniform() < share) {
            voxels.rows.push_back({batch, x * stride, y * stride, z * stride});
          }
        }
      }
    }
  }
  return voxels;
}

}  // namespace alidade::test
