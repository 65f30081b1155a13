// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/working_memory.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <numeric>

namespace alidade {
namespace {

constexpr std::size_t kLine = 64;

/// Whole cache lines, one of them to spare.
std::size_t room_for(std::size_t bytes) {
  return (bytes + kLine - 1) / kLine * kLine + kLine;
}

}  // namespace

MemoryLayout lay_out(const std::vector<WorkingBuffer>& buffers) {
  std::vector<std::size_t> order(buffers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&buffers](std::size_t a, std::size_t b) { return buffers[a].bytes > buffers[b].bytes; });
  MemoryLayout layout{std::vector<std::size_t>(buffers.size(), 0), 0};
  std::vector<std::size_t> placed;
  for (const std::size_t index : order) {
    const WorkingBuffer& buffer = buffers[index];
    std::vector<std::size_t> rivals;
    std::copy_if(placed.begin(), placed.end(), std::back_inserter(rivals), [&](std::size_t other) {
      return buffers[other].first <= buffer.last && buffer.first <= buffers[other].last;
    });
    std::sort(rivals.begin(), rivals.end(),
              [&layout](std::size_t a, std::size_t b) { return layout.offsets[a] < layout.offsets[b]; });
    std::size_t offset = 0;
    for (const std::size_t rival : rivals) {
      if (offset + room_for(buffer.bytes) <= layout.offsets[rival]) {
        break;
      }
      offset = std::max(offset, layout.offsets[rival] + room_for(buffers[rival].bytes));
    }
    layout.offsets[index] = offset;
    layout.bytes = std::max(layout.bytes, offset + room_for(buffer.bytes));
    placed.push_back(index);
  }
  return layout;
}

AlignedBytes::AlignedBytes(std::size_t bytes) : size_(room_for(bytes)) {
  bytes_.reset(static_cast<std::byte*>(std::aligned_alloc(kLine, size_)));
  if (!bytes_) {
    throw std::bad_alloc();
  }
  std::memset(bytes_.get(), 0, size_);
}

}  // namespace alidade
