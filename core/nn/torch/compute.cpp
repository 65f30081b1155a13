// SPDX-License-Identifier: BSD-3-Clause
#include <dlfcn.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <set>
#include <vector>

#include <ATen/Parallel.h>

#include "core/base/memory_limit.h"
#include "core/nn/compute.h"

namespace alidade {
namespace {

std::atomic<int> configured_threads{1};

/// OpenBLAS asks for a buffer of this size for each thread that multiplies at the same time, and where it
/// gets none it asks again, for ever. Under a limit the buffers are therefore asked for before.
constexpr std::size_t kBlasBufferBytes = std::size_t{128} << 20;

class BlasBuffers {
 public:
  /// Sees to it that `more` threads can multiply beside those that were promised before.
  void promise(int more) {
    const auto allocate = reinterpret_cast<void* (*)(int)>(dlsym(RTLD_DEFAULT, "blas_memory_alloc"));
    const auto release = reinterpret_cast<void (*)(void*)>(dlsym(RTLD_DEFAULT, "blas_memory_free"));
    if (!memory_is_limited() || allocate == nullptr || release == nullptr) {
      return;
    }
    const std::lock_guard lock(mutex_);
    promised_ += more;
    std::vector<void*> taken;
    bool enough = true;
    while (static_cast<int>(known_.size()) < promised_ && enough) {
      enough = could_allocate(kBlasBufferBytes + kMargin);
      if (enough) {
        taken.push_back(allocate(0));
        known_.insert(taken.back());
      }
    }
    std::for_each(taken.begin(), taken.end(), release);
    if (!enough) {
      throw std::bad_alloc();
    }
  }
  void give_back(int threads) {
    const std::lock_guard lock(mutex_);
    promised_ -= threads;
  }

 private:
  static constexpr std::size_t kMargin = std::size_t{16} << 20;

  std::mutex mutex_;
  int promised_ = 0;
  std::set<void*> known_;
};

BlasBuffers& blas_buffers() {
  static BlasBuffers buffers;
  return buffers;
}

/// What a thread has been promised, until it ends.
class BlasShare {
 public:
  void cover(int threads) {
    if (threads > threads_) {
      const int more = threads - threads_;
      threads_ = threads;  // also when it is refused: the promise stands in the books
      blas_buffers().promise(more);
    }
  }
  ~BlasShare() { blas_buffers().give_back(threads_); }

 private:
  int threads_ = 0;
};

}  // namespace

void configure_compute(int threads) {
  // Large tensors would otherwise be mapped and unmapped at every operation, which costs a factor of about
  // two.
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 64 << 20);
  mallopt(M_MMAP_MAX, 0);
  configured_threads = threads;
  // OpenBLAS threads under OpenMP threads halve the speed; which BLAS is loaded is known only at run time.
  if (auto* set_threads = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) {
    set_threads(1);
  }
  bind_compute_thread();
  static bool first_call = true;
  if (first_call) {
    at::set_num_interop_threads(1);
    first_call = false;
  }
}

int compute_threads() {
  return configured_threads;
}

void bind_compute_thread() {
  thread_local BlasShare share;
  at::set_num_threads(configured_threads);
  share.cover(configured_threads);
}

}  // namespace alidade
