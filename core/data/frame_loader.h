// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "core/base/expected.h"
#include "core/data/dataset.h"

namespace alidade {

/// Reads frames on a thread of its own, newest request first, and keeps the neighbors of the last one ready.
/// Memory is bounded: at most `capacity` frames are held, least recently used dropped first.
class FrameLoader {
 public:
  using Callback = std::function<void(std::size_t index, Expected<std::shared_ptr<const Frame>> frame)>;

  /// `on_loaded` is called on the loader's thread, once per request() that was not superseded.
  FrameLoader(std::shared_ptr<const Dataset> dataset, std::size_t capacity, Callback on_loaded);
  /// Stops the thread; no callback runs after it returns.
  ~FrameLoader();

  /// The frame if it is held already (no callback then), else null and a callback later. Either way the next
  /// and previous frames in the direction of travel are prefetched.
  std::shared_ptr<const Frame> request(std::size_t index);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
