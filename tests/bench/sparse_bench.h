// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include "core/ops/sparse/kernel_map.h"

namespace alidade::bench {

/// Processor time of this thread for a call, milliseconds.
template <class Work>
double thread_cpu_ms(Work&& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
  };
  const double begin = now();
  work();
  return now() - begin;
}

/// Medians of the contestants' times, which take turns; the first round is not counted.
inline std::vector<double> interleaved_ms(int repeats,
                                          const std::vector<std::function<void()>>& contestants) {
  std::vector<std::vector<double>> times(contestants.size());
  for (int i = -1; i < repeats; ++i) {
    for (std::size_t k = 0; k < contestants.size(); ++k) {
      const double ms = thread_cpu_ms(contestants[k]);
      if (i >= 0) {
        times[k].push_back(ms);
      }
    }
  }
  std::vector<double> medians;
  for (auto& of_one : times) {
    std::nth_element(of_one.begin(), of_one.begin() + of_one.size() / 2, of_one.end());
    medians.push_back(of_one[of_one.size() / 2]);
  }
  return medians;
}

/// Memory that begins with a cache line, as libtorch's does.
template <class Value>
struct LineAllocator {
  using value_type = Value;
  static constexpr std::align_val_t kLine{64};

  LineAllocator() = default;
  template <class Other>
  LineAllocator(const LineAllocator<Other>&) {}
  Value* allocate(std::size_t count) {
    return static_cast<Value*>(::operator new(count * sizeof(Value), kLine));
  }
  void deallocate(Value* values, std::size_t) { ::operator delete(values, kLine); }
  bool operator==(const LineAllocator&) const = default;
};
using Floats = std::vector<float, LineAllocator<float>>;

Floats random_features(std::size_t count, std::uint64_t seed);

/// Matrix products by the OpenBLAS that is installed, on one thread: what libtorch computes with.
class MatrixProducts {
 public:
  /// Ends the program with a sentence where there is none.
  MatrixProducts();
  std::string kernel() const;
  /// c [m, n] = a [m, k] b [k, n]; `ta`: a lies as [k, m], `tb`: b as [n, k].
  void multiply(bool ta, bool tb, int m, int n, int k, const float* a, const float* b, float* c) const;

 private:
  void* library_ = nullptr;
  void (*sgemm_)(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*,
                 int) = nullptr;
};

/// The products alone of a convolution: inputs (and gradients) gathered before, nothing scattered.
class GatheredProducts {
 public:
  GatheredProducts(const MatrixProducts& products, const KernelMap& map, int in, int out,
                   bool with_gradients);
  void forward();
  void backward();

 private:
  const MatrixProducts& products_;
  const KernelMap& map_;
  int in_, out_;
  Floats weights_, inputs_, gradients_, result_, weight_gradient_;
};

/// The hash table that the maps compete with: pairs of a submanifold 3x3x3 map by 13 mirrored look-ups a row.
KernelMap hashed_submanifold_map(const VoxelSet& voxels);

/// A network of the shape of MinkUNet18, maps included, against its own products; prints a line.
void bench_network(const MatrixProducts& products, VoxelSet voxels, int repeats);
/// One process of two threads against two processes of one; prints a line.
void bench_threads(const KernelMap& map, int channels, int repeats);

}  // namespace alidade::bench
