// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace alidade {

/// The order of a training set: a new permutation in every pass over it.
class SampleOrder {
 public:
  SampleOrder(std::size_t count, std::uint64_t seed) : seed_(seed), order_(count) {}

  /// The batch of a step; a pure function of (seed, step). There must be samples.
  template <class Sample>
  std::vector<const Sample*> batch(const std::vector<Sample>& samples, int step, int size) {
    std::vector<const Sample*> out(static_cast<std::size_t>(size));
    for (int i = 0; i < size; ++i) {
      out[i] = &samples[at(static_cast<std::uint64_t>(step) * size + i)];
    }
    return out;
  }

 private:
  std::size_t at(std::uint64_t position);

  std::uint64_t seed_;
  std::uint64_t pass_ = ~std::uint64_t{0};
  std::vector<std::size_t> order_;
};

}  // namespace alidade
