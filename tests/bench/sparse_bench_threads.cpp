// SPDX-License-Identifier: BSD-3-Clause
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "core/ops/sparse/convolution.h"
#include "tests/bench/sparse_bench.h"

namespace alidade::bench {
namespace {

/// Forward and backward, `count` times.
struct Rounds {
  const KernelMap& map;
  int channels;
  Floats in, grad, weights, out, grad_in, grad_weights;

  Rounds(const KernelMap& m, int c)
      : map(m),
        channels(c),
        in(random_features(m.inputs * c, 1)),
        grad(random_features(m.outputs * c, 2)),
        weights(random_features(static_cast<std::size_t>(m.volume()) * c * c, 3)),
        out(m.outputs * c),
        grad_in(in.size()),
        grad_weights(weights.size()) {}
  void run(int count, int threads) {
    for (int i = 0; i < count; ++i) {
      sparse_convolution(map, in.data(), channels, weights.data(), channels, out.data(), threads);
      sparse_convolution_input_gradient(map, grad.data(), channels, weights.data(), channels, grad_in.data(),
                                        threads);
      sparse_convolution_weight_gradient(map, in.data(), channels, grad.data(), channels, grad_weights.data(),
                                         threads);
    }
  }
};

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Two processes of one thread each, beside each other.
double two_processes(Rounds& rounds, int count) {
  return seconds([&] {
    const pid_t other = fork();
    rounds.run(count, 1);
    if (other == 0) {
      std::_Exit(0);
    }
    waitpid(other, nullptr, 0);
  });
}

}  // namespace

void bench_threads(const KernelMap& map, int channels, int repeats) {
  Rounds rounds(map, channels);
  rounds.run(1, 2);
  std::vector<double> ratios;
  for (int i = 0; i < repeats; ++i) {
    const double apart = two_processes(rounds, repeats);
    const double together = seconds([&] { rounds.run(2 * repeats, 2); });
    ratios.push_back(apart / together);
  }
  std::nth_element(ratios.begin(), ratios.begin() + repeats / 2, ratios.end());
  std::printf("%4d channels: two threads have %.2f of the throughput of two processes (wall, median of %d)\n",
              channels, ratios[repeats / 2], repeats);
}

}  // namespace alidade::bench
