// SPDX-License-Identifier: BSD-3-Clause
#include "core/training/sample_order.h"

#include <numeric>
#include <utility>

#include "core/base/random.h"

namespace alidade {

std::size_t SampleOrder::at(std::uint64_t position) {
  constexpr std::uint64_t kOrderStream = 0x6f72646572ULL;
  const std::uint64_t pass = position / order_.size();
  if (pass != pass_) {
    pass_ = pass;
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    Random random(mix_seed(seed_ ^ kOrderStream, pass));
    for (std::size_t i = order_.size(); i > 1; --i) {
      std::swap(order_[i - 1], order_[random.index(static_cast<std::uint32_t>(i))]);
    }
  }
  return order_[position % order_.size()];
}

}  // namespace alidade
