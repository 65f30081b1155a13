// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/allocated_memory.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace alidade {

std::int64_t allocated_bytes() {
#ifdef __GLIBC__
  const auto info = mallinfo2();
  return static_cast<std::int64_t>(info.uordblks) + static_cast<std::int64_t>(info.hblkhd);
#else
  return 0;
#endif
}

std::int64_t peak_allocated_bytes(const std::function<void()>& work) {
  constexpr auto kBetweenLooks = std::chrono::microseconds(300);
  const std::int64_t before = allocated_bytes();
  std::atomic<bool> done{false};
  std::int64_t peak = before;
  std::thread watcher([&] {
    while (!done) {
      peak = std::max(peak, allocated_bytes());
      std::this_thread::sleep_for(kBetweenLooks);
    }
  });
  work();
  done = true;
  watcher.join();
  return std::max<std::int64_t>(0, peak - before);
}

}  // namespace alidade
