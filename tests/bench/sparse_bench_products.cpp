// SPDX-License-Identifier: BSD-3-Clause
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/base/blas_kernel.h"
#include "core/base/random.h"
#include "tests/bench/sparse_bench.h"

namespace alidade::bench {
namespace {

constexpr int kRowMajor = 101, kPlain = 111, kTransposed = 112;

}  // namespace

Floats random_features(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  Floats values(count);
  for (float& value : values) {
    value = static_cast<float>(random.uniform(-1.0, 1.0));
  }
  return values;
}

MatrixProducts::MatrixProducts() {
  // The fastest of its kernels: an OpenBLAS older than the processor would choose another, as would whoever
  // set the variable for other programs.
  if (__builtin_cpu_supports("avx512f")) {
    setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
  }
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  library_ = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_GLOBAL);
  void* const function = library_ ? dlsym(library_, "cblas_sgemm") : nullptr;
  if (!function) {
    std::fprintf(stderr, "libopenblas.so.0 is needed to compare with; install it (Debian: libopenblas0).\n");
    std::exit(1);
  }
  std::memcpy(&sgemm_, &function, sizeof(sgemm_));
}

std::string MatrixProducts::kernel() const {
  return blas_kernel();
}

void MatrixProducts::multiply(bool ta, bool tb, int m, int n, int k, const float* a, const float* b,
                              float* c) const {
  sgemm_(kRowMajor, ta ? kTransposed : kPlain, tb ? kTransposed : kPlain, m, n, k, 1.0F, a, ta ? m : k, b,
         tb ? k : n, 0.0F, c, n);
}

GatheredProducts::GatheredProducts(const MatrixProducts& products, const KernelMap& map, int in, int out,
                                   bool with_gradients)
    : products_(products), map_(map), in_(in), out_(out) {
  weights_ = random_features(static_cast<std::size_t>(map.volume()) * in * out, 1);
  inputs_ = random_features(map.pairs() * in, 2);
  std::int64_t most = 0;
  for (int j = 0; j < map.volume(); ++j) {
    most = std::max(most, map.pairs_of(j));
  }
  result_.resize(most * std::max(in, out));
  if (with_gradients) {
    gradients_ = random_features(map.pairs() * out, 3);
    weight_gradient_.resize(weights_.size());
  }
}

void GatheredProducts::forward() {
  for (int j = 0; j < map_.volume(); ++j) {
    const int rows = static_cast<int>(map_.pairs_of(j));
    products_.multiply(false, false, rows, out_, in_, inputs_.data() + map_.begin[j] * in_,
                       weights_.data() + static_cast<std::size_t>(j) * in_ * out_, result_.data());
  }
}

void GatheredProducts::backward() {
  for (int j = 0; j < map_.volume(); ++j) {
    const int rows = static_cast<int>(map_.pairs_of(j));
    const float* const gradients = gradients_.data() + map_.begin[j] * out_;
    const std::size_t weights = static_cast<std::size_t>(j) * in_ * out_;
    products_.multiply(false, true, rows, in_, out_, gradients, weights_.data() + weights, result_.data());
    products_.multiply(true, false, in_, out_, rows, inputs_.data() + map_.begin[j] * in_, gradients,
                       weight_gradient_.data() + weights);
  }
}

}  // namespace alidade::bench
