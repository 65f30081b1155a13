// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <mutex>

#include <torch/torch.h>

namespace alidade {

inline std::mutex starting_weights_mutex;

/// Does `make`, which constructs modules, so that their starting weights depend on the seed alone. Torch
/// draws them from one generator of the whole process: it is held for as long, trainings may run side by
/// side.
template <class Make>
void with_seed(std::uint64_t seed, Make&& make) {
  const std::lock_guard lock(starting_weights_mutex);
  torch::manual_seed(seed);
  make();
}

}  // namespace alidade
