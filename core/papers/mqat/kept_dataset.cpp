// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/kept_dataset.h"

namespace alidade::mqat {

Expected<Frame> KeptDataset::load(std::size_t index, const FrameLayers& layers) const {
  if (layers.depth || layers.nocs) {
    return data_->load(index, layers);
  }
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = frames_.find(index); found != frames_.end()) {
      return *found->second;
    }
  }
  if (!layers.color && !layers.masks) {  // annotations alone cost nothing
    return data_->load(index, layers);
  }
  auto read = data_->load(index, {.color = true, .depth = false, .masks = true, .nocs = false});
  if (!read) {
    return read.error();
  }
  const auto frame = std::make_shared<const Frame>(std::move(*read));
  const std::lock_guard lock(mutex_);
  return *frames_.emplace(index, frame).first->second;
}

}  // namespace alidade::mqat
