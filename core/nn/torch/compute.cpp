// SPDX-License-Identifier: BSD-3-Clause
#include <dlfcn.h>
#include <malloc.h>

#include <atomic>

#include <ATen/Parallel.h>

#include "core/nn/compute.h"

namespace alidade {
namespace {

std::atomic<int> configured_threads{1};

}  // namespace

void configure_compute(int threads) {
  // Large tensors would otherwise be mapped and unmapped at every operation, which costs a factor of about
  // two.
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 64 << 20);
  mallopt(M_MMAP_MAX, 0);
  configured_threads = threads;
  bind_compute_thread();
  static bool first_call = true;
  if (first_call) {
    at::set_num_interop_threads(1);
    first_call = false;
  }
  // OpenBLAS threads under OpenMP threads halve the speed; which BLAS is loaded is known only at run time.
  if (auto* set_threads = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) {
    set_threads(1);
  }
}

int compute_threads() {
  return configured_threads;
}

void bind_compute_thread() {
  at::set_num_threads(configured_threads);
}

}  // namespace alidade
