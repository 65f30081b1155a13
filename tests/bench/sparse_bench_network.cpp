// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <cstring>
#include <memory>

#include "core/ops/sparse/convolution.h"
#include "tests/bench/sparse_bench.h"

namespace alidade::bench {
namespace {

constexpr int kLevels = 5;
constexpr int kPlanes[] = {32, 64, 128, 256, 256, 128, 96, 96};
constexpr int kClasses = 20;

/// All maps of a network whose levels halve the lattice.
struct NetworkMaps {
  KernelMap first;  ///< 5x5x5
  KernelMap within[kLevels], point, down[kLevels - 1], up[kLevels - 1];

  explicit NetworkMaps(const VoxelSet& voxels) : first(*submanifold_map(voxels, 5)) {
    VoxelSet level = voxels;
    for (int i = 0; i < kLevels; ++i) {
      within[i] = *submanifold_map(level, 3);
      if (i + 1 < kLevels) {
        auto coarser = *strided_map(level, 2, 2);
        up[i] = reversed_map(coarser.map);
        down[i] = std::move(coarser.map);
        level = std::move(coarser.outputs);
      }
    }
    point = *submanifold_map(voxels, 1);
  }
};

/// One convolution with its folded norm.
struct NetworkLayer {
  SparseWeights weights;
  Floats bias;

  NetworkLayer(int volume, int in, int out) : bias(out, 0.01F) {
    auto values = random_features(static_cast<std::size_t>(volume) * in * out, in + out);
    const float scale = 1.0F / static_cast<float>(in);
    for (float& value : values) {
      value *= scale;
    }
    weights = SparseWeights(values.data(), volume, in, out);
  }
};

using Features = Floats;

/// Two residual blocks of two convolutions; where the channels change, the first has a shortcut of its own.
struct NetworkStage {
  NetworkLayer first, second, third, fourth;
  std::unique_ptr<NetworkLayer> shortcut;

  NetworkStage(int in, int out)
      : first(27, in, out), second(27, out, out), third(27, out, out), fourth(27, out, out) {
    if (in != out) {
      shortcut = std::make_unique<NetworkLayer>(1, in, out);
    }
  }
};

/// The shape of MinkUNet18 (MinkowskiEngine's example).
class MinkUNet {
 public:
  MinkUNet() : first_(125, 3, kPlanes[0]), head_(1, kPlanes[7], kClasses) {
    int channels = kPlanes[0];
    for (int i = 0; i + 1 < kLevels; ++i) {
      downs_.emplace_back(8, channels, channels);
      stages_.emplace_back(channels, kPlanes[i]);
      channels = kPlanes[i];
    }
    for (int i = 0; i + 1 < kLevels; ++i) {
      const int skipped = i == 3 ? kPlanes[0] : kPlanes[2 - i], out = kPlanes[4 + i];
      ups_.emplace_back(8, channels, out);
      stages_.emplace_back(out + skipped, out);
      channels = out;
    }
  }

  /// `visit(map, layer)` sees every convolution in turn.
  template <class Visit>
  void run(const NetworkMaps& maps, const Features& in, Visit&& visit) const {
    const auto apply = [&](const KernelMap& map, const NetworkLayer& layer, const Features& x, bool relu,
                           const Features* added) {
      return visit(map, layer, x, SparseEpilogue{layer.bias.data(), added ? added->data() : nullptr, relu});
    };
    Features kept[kLevels - 1];
    Features x = apply(maps.first, first_, in, true, nullptr);
    for (int i = 0; i + 1 < kLevels; ++i) {
      kept[i] = x;
      x = apply(maps.down[i], downs_[i], x, true, nullptr);
      x = run_stage(stages_[i], maps, maps.within[i + 1], x, apply);
    }
    for (int i = 0; i + 1 < kLevels; ++i) {
      const int level = kLevels - 2 - i;
      x = apply(maps.up[level], ups_[i], x, true, nullptr);
      x = run_stage(stages_[kLevels - 1 + i], maps, maps.within[level],
                    joined(x, kept[level], maps.within[level].outputs), apply);
    }
    apply(maps.point, head_, x, false, nullptr);
  }

 private:
  template <class Apply>
  static Features run_stage(const NetworkStage& stage, const NetworkMaps&, const KernelMap& map,
                            const Features& x, Apply&& apply) {
    Features y = apply(map, stage.first, x, true, nullptr);
    if (stage.shortcut) {
      const KernelMap same = rows_alone(map);
      const Features shortcut = apply(same, *stage.shortcut, x, false, nullptr);
      y = apply(map, stage.second, y, true, &shortcut);
    } else {
      y = apply(map, stage.second, y, true, &x);
    }
    const Features z = apply(map, stage.third, y, true, nullptr);
    return apply(map, stage.fourth, z, true, &y);
  }
  /// The pairs of the middle offset: kernel 1.
  static KernelMap rows_alone(const KernelMap& map) {
    const auto middle = static_cast<std::size_t>(map.volume() / 2);
    const auto from = map.input_rows.begin() + map.begin[middle], to = from + map.pairs_of(map.volume() / 2);
    const std::vector<std::int32_t> rows(from, to);
    return {map.inputs, map.outputs, {0, static_cast<std::int64_t>(rows.size())}, rows, rows};
  }
  static Features joined(const Features& a, const Features& b, std::size_t rows) {
    const std::size_t wa = a.size() / rows, wb = b.size() / rows;
    Features both(a.size() + b.size());
    for (std::size_t row = 0; row < rows; ++row) {
      std::memcpy(both.data() + row * (wa + wb), a.data() + row * wa, wa * sizeof(float));
      std::memcpy(both.data() + row * (wa + wb) + wa, b.data() + row * wb, wb * sizeof(float));
    }
    return both;
  }

  NetworkLayer first_, head_;
  std::vector<NetworkLayer> downs_, ups_;
  std::vector<NetworkStage> stages_;
};

}  // namespace

void bench_network(const MatrixProducts& blas, VoxelSet voxels, int repeats) {
  constexpr std::size_t kVoxels = 20000;
  voxels.rows.resize(std::min(voxels.rows.size(), kVoxels));
  const MinkUNet network;
  const auto in = random_features(voxels.rows.size() * 3, 5);
  const auto compute = [](const KernelMap& map, const NetworkLayer& layer, const Features& x,
                          const SparseEpilogue& epilogue) {
    Features out(map.outputs * layer.weights.out_channels());
    sparse_convolution(map, x.data(), layer.weights, out.data(), 1, epilogue);
    return out;
  };
  const NetworkMaps maps(voxels);
  std::vector<std::unique_ptr<KernelMap>> kept;
  std::vector<GatheredProducts> products;
  network.run(maps, in, [&](const KernelMap& map, const NetworkLayer& layer, const Features&, const auto&) {
    kept.push_back(std::make_unique<KernelMap>(map));
    products.emplace_back(blas, *kept.back(), layer.weights.in_channels(), layer.weights.out_channels(),
                          false);
    return Features(map.outputs * layer.weights.out_channels());
  });
  const auto ms = interleaved_ms(repeats, {[&] {
                                             for (GatheredProducts& layer : products) {
                                               layer.forward();
                                             }
                                           },
                                           [&] { network.run(NetworkMaps(voxels), in, compute); },
                                           [&] { static_cast<void>(NetworkMaps(voxels)); }});
  std::printf(
      "MinkUNet18 on %zu voxels: products %.1f ms, network with maps %.1f ms (maps %.1f), ratio %.2f\n",
      voxels.rows.size(), ms[0], ms[1], ms[2], ms[1] / ms[0]);
}

}  // namespace alidade::bench
