// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace alidade {

/// A buffer that is needed from one step to another, both included.
struct WorkingBuffer {
  std::size_t bytes = 0;
  int first = 0, last = 0;
};

/// Where buffers lie in one block so that those needed at once do not overlap.
struct MemoryLayout {
  std::vector<std::size_t> offsets;  ///< of each buffer, multiples of 64
  std::size_t bytes = 0;             ///< of the block
};

/// The largest buffers first, each at the lowest place that is free while it is needed. Vectors may read and
/// write up to 64 bytes behind a buffer.
MemoryLayout lay_out(const std::vector<WorkingBuffer>& buffers);

/// Memory whose address is a multiple of 64.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::size_t bytes);
  std::byte* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<std::byte, Free> bytes_;
  std::size_t size_ = 0;
};

}  // namespace alidade
