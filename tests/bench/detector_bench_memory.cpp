// SPDX-License-Identifier: BSD-3-Clause
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include <c10/core/CPUAllocator.h>

#include "tests/bench/detector_bench.h"

namespace alidade::bench {
namespace {

std::atomic<std::size_t> held{0}, peak{0};

void* counted(void* memory) {
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  const std::size_t now = held += malloc_usable_size(memory);
  std::size_t before = peak;
  while (before < now && !peak.compare_exchange_weak(before, now)) {
  }
  return memory;
}

void release(void* memory) {
  held -= malloc_usable_size(memory);
  std::free(memory);
}

/// torch's memory, counted.
struct CountingAllocator final : c10::Allocator {
  c10::DataPtr allocate(std::size_t bytes) const override {
    void* const memory = bytes > 0 ? counted(std::aligned_alloc(64, (bytes + 63) / 64 * 64)) : nullptr;
    return {memory, memory, &release, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
};

}  // namespace

std::size_t held_bytes() {
  return held;
}
std::size_t peak_bytes() {
  return peak;
}
void reset_peak() {
  peak = held.load();
}

void count_tensors() {
  static CountingAllocator allocator;
  c10::SetCPUAllocator(&allocator, 1);
}

}  // namespace alidade::bench

void* operator new(std::size_t bytes) {
  return alidade::bench::counted(std::malloc(bytes > 0 ? bytes : 1));
}
void* operator new(std::size_t bytes, std::align_val_t align) {
  const auto a = static_cast<std::size_t>(align);
  return alidade::bench::counted(std::aligned_alloc(a, (bytes + a - 1) / a * a));
}
void operator delete(void* memory) noexcept {
  alidade::bench::release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  alidade::bench::release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  alidade::bench::release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  alidade::bench::release(memory);
}
