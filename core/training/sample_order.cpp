// SPDX-License-Identifier: BSD-3-Clause
#include "core/training/sample_order.h"

#include <numeric>
#include <utility>

#include "core/base/random.h"

namespace alidade {

std::vector<std::size_t> SampleOrder::places(int step, int size) {
  constexpr std::uint64_t kDrawStream = 0x72616e6bULL;
  std::vector<std::size_t> places(static_cast<std::size_t>(size));
  if (draw_ == SampleDraw::kAnew) {
    Random random(mix_seed(seed_ ^ kDrawStream, static_cast<std::uint64_t>(step)));
    for (std::size_t& place : places) {
      place = random.index(static_cast<std::uint32_t>(order_.size()));
    }
    return places;
  }
  std::uint64_t position = static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(size);
  for (std::size_t& place : places) {
    place = at(position++);
  }
  return places;
}

/// The place of a position in the passes, counted through all of them.
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
