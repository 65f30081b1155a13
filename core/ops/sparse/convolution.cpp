// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/convolution.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "core/base/helper_threads.h"
#include "core/ops/sparse/tile_kernels.h"

namespace alidade {
namespace {

// A tile of output rows stays in the second cache while all offsets add to it. It is up to twice as large
// where offsets have few pairs: their weights are then read for more of them.
constexpr std::size_t kTileBytes = 256 * 1024;
constexpr std::size_t kFewestTileRows = 512, kMostTileRows = 4096;
constexpr double kPairsPerOffset = 512.0;
/// Output rows whose pairs a weight gradient takes together.
constexpr std::size_t kGradientRows = 1024;
/// Multiply-adds below which another thread costs more than it brings.
constexpr double kWorkPerThread = 8e6;
/// Of the rows that an offset brings together during a weight gradient, both sides, in the first cache.
constexpr std::size_t kGradientBytes = 32 * 1024;
constexpr int kFewestGradientPairs = 32;

/// One side of a map is read, the other is summed: outputs during a convolution, inputs during its gradient.
struct MapSides {
  const KernelMap& map;
  const std::vector<std::int32_t>&read, &summed;
  std::size_t rows;  ///< that are summed
};

std::size_t tile_rows(const MapSides& sides, int channels) {
  const std::size_t rows =
      std::clamp(kTileBytes / (channels * sizeof(float)), kFewestTileRows, kMostTileRows);
  const double density = static_cast<double>(sides.map.pairs()) / (1.0 * sides.rows * sides.map.volume());
  const double wanted = std::min<double>(kPairsPerOffset / std::max(density, 1e-6), 2.0 * kMostTileRows);
  return std::clamp(static_cast<std::size_t>(wanted), rows, 2 * rows);
}

int useful_threads(double work, int threads) {
  return static_cast<int>(
      std::clamp(work / kWorkPerThread, 1.0, std::max(1.0, static_cast<double>(threads))));
}

/// Calls work(i) for all i below `count` on `threads` threads.
template <class Work>
void share_items(std::size_t count, int threads, Work&& work) {
  std::atomic<std::size_t> next{0};
  const auto take_items = [&](bool) {
    for (std::size_t i = next++; i < count; i = next++) {
      work(i);
    }
  };
  if (threads <= 1 || count <= 1) {
    return take_items(true);
  }
  work_together(static_cast<unsigned>(std::min<std::size_t>(threads, count) - 1), take_items);
}

/// Columns first .. first + count of the rows of a tile.
struct TilePart {
  std::size_t begin, end;
  int first, count;
};

/// What the rows begin with: bias, shortcut or nothing.
void begin_rows(const TilePart& part, int channels, const SparseEpilogue& epilogue, float* out) {
  for (std::size_t row = part.begin; row < part.end; ++row) {
    const std::size_t at = row * channels + part.first;
    if (epilogue.added) {
      std::memcpy(out + at, epilogue.added + at, part.count * sizeof(float));
    } else if (epilogue.bias) {
      std::memcpy(out + at, epilogue.bias + part.first, part.count * sizeof(float));
    } else {
      std::memset(out + at, 0, part.count * sizeof(float));
    }
    if (epilogue.added && epilogue.bias) {
      for (int c = 0; c < part.count; ++c) {
        out[at + c] += epilogue.bias[part.first + c];
      }
    }
  }
}

void cut_below_zero(const TilePart& part, int channels, float* out) {
  for (std::size_t row = part.begin; row < part.end; ++row) {
    float* const values = out + row * channels + part.first;
    for (int c = 0; c < part.count; ++c) {
      values[c] = values[c] < 0.0F ? 0.0F : values[c];
    }
  }
}

/// Where the pairs of each tile begin, [tiles + 1][volume]: those of an offset are neighbors.
std::vector<std::int64_t> tile_begins(const MapSides& sides, std::size_t rows) {
  const std::size_t tiles = (sides.rows + rows - 1) / rows;
  const auto volume = static_cast<std::size_t>(sides.map.volume());
  std::vector<std::int64_t> begins((tiles + 1) * volume);
  for (std::size_t j = 0; j < volume; ++j) {
    std::int64_t at = sides.map.begin[j];
    for (std::size_t tile = 0; tile < tiles; ++tile) {
      begins[tile * volume + j] = at;
      // A row is there once, so that a tile has no more pairs than rows.
      const std::int64_t most = std::min(at + static_cast<std::int64_t>(rows), sides.map.begin[j + 1]);
      const auto end = static_cast<std::int64_t>((tile + 1) * rows);
      at = std::lower_bound(sides.summed.begin() + at, sides.summed.begin() + most, end) -
           sides.summed.begin();
    }
    begins[tiles * volume + j] = sides.map.begin[j + 1];
  }
  return begins;
}

void compute_tile(const MapSides& sides, const float* in, const SparseWeights& weights,
                  const SparseEpilogue& epilogue, const TilePart& part, const std::int64_t* begins,
                  float* out) {
  begin_rows(part, weights.out_channels(), epilogue, out);
  TileProducts products;
  products.in = in;
  products.in_channels = weights.in_channels();
  products.panel_columns = weights.panel_columns();
  products.out_channels = weights.out_channels();
  for (int j = 0; j < sides.map.volume(); ++j) {
    products.in_rows = sides.read.data() + begins[j];
    products.out_rows = sides.summed.data() + begins[j];
    products.count = begins[j + sides.map.volume()] - begins[j];
    for (int first = part.first; first < part.first + part.count; first += weights.panel_columns()) {
      products.weights = weights.offset(j) + static_cast<std::size_t>(first) * weights.in_channels();
      products.out = out + first;
      products.columns = std::min(weights.panel_columns(), weights.out_channels() - first);
      add_tile_products(products);
    }
  }
  if (epilogue.relu) {
    cut_below_zero(part, weights.out_channels(), out);
  }
}

double work_of(const KernelMap& map, int in_channels, int out_channels) {
  return static_cast<double>(map.pairs()) * in_channels * out_channels;
}

void convolve(const MapSides& sides, const float* in, const SparseWeights& weights,
              const SparseEpilogue& epilogue, int threads, float* out) {
  if (sides.rows == 0 || weights.out_channels() == 0) {
    return;
  }
  threads = useful_threads(work_of(sides.map, weights.in_channels(), weights.out_channels()), threads);
  const int channels = weights.out_channels();
  std::size_t rows = tile_rows(sides, channels);
  // Several threads need tiles to share; few rows are shared by columns too.
  constexpr std::size_t kTilesPerThread = 4, kFewestRows = 256;
  if (threads > 1) {
    rows = std::clamp(sides.rows / (kTilesPerThread * threads), std::min(kFewestRows, rows), rows);
  }
  const std::size_t tiles = (sides.rows + rows - 1) / rows;
  const bool by_columns = threads > 1 && tiles < kTilesPerThread * threads;
  const int columns = by_columns ? weights.panel_columns() : channels;
  const std::size_t parts = static_cast<std::size_t>((channels + columns - 1) / columns);
  const std::vector<std::int64_t> begins = tile_begins(sides, rows);
  share_items(tiles * parts, threads, [&](std::size_t i) {
    const std::size_t tile = i / parts, begin = tile * rows;
    const int first = static_cast<int>(i % parts) * columns;
    const TilePart part{begin, std::min(begin + rows, sides.rows), first,
                        std::min(columns, channels - first)};
    compute_tile(sides, in, weights, epilogue, part, begins.data() + tile * sides.map.volume(), out);
  });
}

/// The gradient of all weights of some input channels, tile after tile of outputs, whose rows and those that
/// they meet stay in the second cache.
void add_weight_gradient(const KernelMap& map, const std::vector<std::int64_t>& begins,
                         GradientProducts products, float* grad_weights) {
  const std::size_t row_bytes = (products.in_channels + products.out_channels) * sizeof(float);
  const int chunk =
      std::clamp(static_cast<int>(kGradientBytes / row_bytes), kFewestGradientPairs, kMostGradientPairs);
  const std::size_t parts = begins.size() - map.volume();
  for (std::size_t i = 0; i < parts; ++i) {
    products.grad = grad_weights + products.in_channels * products.out_channels * (i % map.volume());
    const std::int64_t end = begins[i + map.volume()];
    for (std::int64_t first = begins[i]; first < end; first += chunk) {
      products.in_rows = map.input_rows.data() + first;
      products.out_rows = map.output_rows.data() + first;
      products.count = static_cast<int>(std::min<std::int64_t>(chunk, end - first));
      add_gradient_products(products);
    }
  }
}

}  // namespace

void sparse_convolution(const KernelMap& map, const float* in, const SparseWeights& weights, float* out,
                        int threads, const SparseEpilogue& epilogue) {
  convolve({map, map.input_rows, map.output_rows, map.outputs}, in, weights, epilogue, threads, out);
}

void sparse_convolution(const KernelMap& map, const float* in, int in_channels, const float* weights,
                        int out_channels, float* out, int threads, const SparseEpilogue& epilogue) {
  sparse_convolution(map, in, SparseWeights(weights, map.volume(), in_channels, out_channels), out, threads,
                     epilogue);
}

void sparse_convolution_input_gradient(const KernelMap& map, const float* grad_out, int out_channels,
                                       const float* weights, int in_channels, float* grad_in, int threads) {
  const auto offsets = offset_weights(weights, map.volume(), in_channels, out_channels);
  sparse_convolution_input_gradient(
      map, grad_out, SparseWeights::transposed(offsets, in_channels, out_channels), grad_in, threads);
}

void sparse_convolution_input_gradient(const KernelMap& map, const float* grad_out,
                                       const SparseWeights& transposed, float* grad_in, int threads) {
  convolve({map, map.output_rows, map.input_rows, map.inputs}, grad_out, transposed, {}, threads, grad_in);
}

void sparse_convolution_weight_gradient(const KernelMap& map, const float* in, int in_channels,
                                        const float* grad_out, int out_channels, float* grad_weights,
                                        int threads) {
  std::fill_n(grad_weights, static_cast<std::size_t>(map.volume()) * in_channels * out_channels, 0.0F);
  threads = useful_threads(work_of(map, in_channels, out_channels), threads);
  // Each thread has input channels of its own: whoever computes a value sums it in the same order.
  const int groups = (in_channels + kGradientChannels - 1) / kGradientChannels;
  const int parts = std::min(threads, groups);
  const auto begins = tile_begins({map, map.input_rows, map.output_rows, map.outputs}, kGradientRows);
  share_items(static_cast<std::size_t>(parts), parts, [&](std::size_t i) {
    GradientProducts products;
    products.in = in;
    products.in_channels = in_channels;
    products.grad_out = grad_out;
    products.out_channels = out_channels;
    products.first = static_cast<int>(groups * i / parts) * kGradientChannels;
    const int end = static_cast<int>(groups * (i + 1) / parts) * kGradientChannels;
    products.channels = std::min(end, in_channels) - products.first;
    add_weight_gradient(map, begins, products, grad_weights);
  });
}

void sparse_bias_gradient(const float* grad_out, std::size_t rows, int channels, float* grad_bias) {
  std::vector<double> sums(static_cast<std::size_t>(channels), 0.0);
  for (std::size_t row = 0; row < rows; ++row) {
    for (int c = 0; c < channels; ++c) {
      sums[c] += grad_out[row * channels + c];
    }
  }
  std::copy(sums.begin(), sums.end(), grad_bias);
}

}  // namespace alidade
