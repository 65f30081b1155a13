// SPDX-License-Identifier: BSD-3-Clause
// Usage: alidade_sparse_bench [POINTS.bin|- [VOXEL_M [COLUMNS [REPEATS]]]]: float32 points as mmdetection3d
// writes them (COLUMNS numbers a point, the first three x, y, z in metres); without a file or with "-" a
// synthetic room. Ratios come from repetitions that are interleaved on one thread; ms are those of the
// thread's processor time. "products" are the matrix products of the pairs alone, by OpenBLAS, gathered
// before.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/base/file.h"
#include "core/base/random.h"
#include "core/ops/sparse/convolution.h"
#include "core/ops/sparse/voxelize.h"
#include "tests/bench/sparse_bench.h"

using namespace alidade;
using namespace alidade::bench;

namespace {

constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 30;

/// Floor, two walls and some boxes, seen with 3 mm of noise.
std::vector<float> synthetic_room(int count) {
  Random random(11);
  std::vector<float> points;
  for (int i = 0; i < count; ++i) {
    double p[3] = {random.uniform(0.0, 4.0), random.uniform(0.0, 4.0), random.uniform(0.0, 2.4)};
    const int kind = static_cast<int>(random.index(8));
    if (kind < 3) {
      p[kind] = 0.0;
    } else {
      const int face = static_cast<int>(random.index(3));
      for (int axis = 0; axis < 3; ++axis) {
        const double corner = axis == 2 ? 0.0 : 0.6 + 0.55 * (kind - 3);
        p[axis] = corner + (axis == face ? 0.5 : random.uniform(0.0, 0.5));
      }
    }
    for (const double value : p) {
      points.push_back(static_cast<float>(value + 0.003 * random.normal()));
    }
  }
  return points;
}

std::vector<float> points_of(const std::string& path, int columns) {
  if (path == "-") {
    return synthetic_room(50000);
  }
  const auto bytes = read_file(path, kMostBytes);
  if (!bytes) {
    std::fprintf(stderr, "%s\n", bytes.error().message.c_str());
    std::exit(1);
  }
  std::vector<float> values(bytes->size() / sizeof(float)), points;
  std::memcpy(values.data(), bytes->data(), values.size() * sizeof(float));
  for (std::size_t i = 0; i + columns <= values.size(); i += columns) {
    points.insert(points.end(), values.begin() + i, values.begin() + i + 3);
  }
  return points;
}

void bench_maps(const std::vector<float>& points, double voxel, double product_ms, int repeats) {
  Expected<Voxelization> found = voxelize(std::span<const float>(points), voxel);
  const VoxelSet& voxels = found->voxels;
  const auto ms =
      interleaved_ms(repeats, {[&] { static_cast<void>(voxelize(std::span<const float>(points), voxel)); },
                               [&] { static_cast<void>(submanifold_map(voxels, 3)); },
                               [&] { static_cast<void>(hashed_submanifold_map(voxels)); },
                               [&] { static_cast<void>(strided_map(voxels, 2, 2)); }});
  std::printf(
      "maps: voxelize %.2f ms, 3x3x3 by merging %.2f ms, by hashing %.2f ms, 2x2x2 stride 2 %.2f ms\n"
      "coordinates and 3x3x3 map: %.2f of the products at 64 channels\n",
      ms[0], ms[1], ms[2], ms[3], (ms[0] + ms[1]) / product_ms);
}

/// One number of channels; gives the time of the products.
double bench_channels(const MatrixProducts& blas, const KernelMap& map, int channels, int repeats) {
  GatheredProducts products(blas, map, channels, channels, true);
  const auto in = random_features(map.inputs * channels, 1),
             grad = random_features(map.outputs * channels, 2);
  const auto weights = random_features(static_cast<std::size_t>(map.volume()) * channels * channels, 3);
  Floats out(grad.size()), grad_in(in.size()), grad_weights(weights.size());
  const auto ms = interleaved_ms(
      repeats, {[&] { products.forward(); },
                [&] { sparse_convolution(map, in.data(), channels, weights.data(), channels, out.data()); },
                [&] { products.backward(); },
                [&] {
                  sparse_convolution_input_gradient(map, grad.data(), channels, weights.data(), channels,
                                                    grad_in.data());
                },
                [&] {
                  sparse_convolution_weight_gradient(map, in.data(), channels, grad.data(), channels,
                                                     grad_weights.data());
                }});
  const double flop = 2e-6 * static_cast<double>(map.pairs()) * channels * channels;
  std::printf("%8d %9.2f %6.0f %9.2f %6.0f %7.2f | %9.2f %9.2f %9.2f %7.2f\n", channels, ms[0], flop / ms[0],
              ms[1], flop / ms[1], ms[1] / ms[0], ms[2], ms[3], ms[4],
              (ms[1] + ms[3] + ms[4]) / (ms[0] + ms[2]));
  return ms[0];
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "-";
  const double voxel = argc > 2 ? std::atof(argv[2]) : 0.02;
  const int columns = argc > 3 ? std::max(3, std::atoi(argv[3])) : 6;
  const int repeats = argc > 4 ? std::max(1, std::atoi(argv[4])) : 15;
  const auto points = points_of(path, columns);
  const auto found = voxelize(std::span<const float>(points), voxel);
  if (!found) {
    std::fprintf(stderr, "%s\n", found.error().message.c_str());
    return 1;
  }
  const auto map = submanifold_map(found->voxels, 3);
  const MatrixProducts blas;
  double load[1] = {0.0};
  static_cast<void>(getloadavg(load, 1));
  std::printf("%zu points, voxels of %g m: %zu voxels, %lld pairs (%.2f per voxel); OpenBLAS %s; load %.1f\n",
              points.size() / 3, voxel, map->inputs, static_cast<long long>(map->pairs()),
              static_cast<double>(map->pairs()) / static_cast<double>(map->inputs), blas.kernel().c_str(),
              load[0]);
  std::printf("%8s %9s %6s %9s %6s %7s | %9s %9s %9s %7s\n", "channels", "products", "GF/s", "ours", "GF/s",
              "ratio", "prod. bwd", "grad in", "grad W", "fwd+bwd");
  double product_ms = 1.0;
  for (const int channels : {16, 32, 64, 128}) {
    const double ms = bench_channels(blas, *map, channels, repeats);
    product_ms = channels == 64 ? ms : product_ms;
  }
  bench_maps(points, voxel, product_ms, repeats);
  bench_network(blas, found->voxels, std::max(1, repeats / 3));
  bench_threads(*map, 64, 5);
  return 0;
}
