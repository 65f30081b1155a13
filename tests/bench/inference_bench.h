// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/quant/inference/quantized_graph.h"

namespace alidade::bench {

/// Processor time of this thread for a call, milliseconds.
template <class Work>
double thread_ms(Work&& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
  };
  const double begin = now();
  work();
  return now() - begin;
}

/// A network of the size of the bundled one with random weights: a backbone of nine convolutions, a pyramid
/// of three levels with 64 channels, heads; all but the first layer read `bits` bits behind a ReLU or around
/// 0.
LayerGraph bench_network(int bits);

/// Its weights with these levels.
PackedLayers bench_weights(const LayerGraph& graph, const std::string& levels);

/// The same network in libtorch, float32.
class TorchNetwork {
 public:
  virtual ~TorchNetwork() = default;
  virtual void run(std::span<const float> image, std::vector<std::vector<float>>& outputs) = 0;
};
/// `channels_last`: images lie pixel by pixel. One thread for the whole process.
std::unique_ptr<TorchNetwork> torch_network(const LayerGraph& graph, int size_px, bool channels_last);

/// Products of matrices and vectors, in the form of a table on standard output.
void bench_products(int repeats);

}  // namespace alidade::bench
