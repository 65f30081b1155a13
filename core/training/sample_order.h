// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace alidade {

/// How the samples of a batch are chosen.
enum class SampleDraw {
  kPasses,  ///< one after the other, in a new permutation in every pass over the training set
  kAnew,    ///< each from the whole training set, whatever was chosen before it
};

/// The order of a training set.
class SampleOrder {
 public:
  SampleOrder(std::size_t count, std::uint64_t seed, SampleDraw draw = SampleDraw::kPasses)
      : seed_(seed), draw_(draw), order_(count) {}

  /// The batch of a step; a pure function of (seed, step). There must be samples.
  template <class Sample>
  std::vector<const Sample*> batch(const std::vector<Sample>& samples, int step, int size) {
    std::vector<const Sample*> out;
    out.reserve(static_cast<std::size_t>(size));
    for (const std::size_t place : places(step, size)) {
      out.push_back(&samples[place]);
    }
    return out;
  }

 private:
  std::vector<std::size_t> places(int step, int size);
  std::size_t at(std::uint64_t position);

  std::uint64_t seed_;
  SampleDraw draw_;
  std::uint64_t pass_ = ~std::uint64_t{0};
  std::vector<std::size_t> order_;  ///< of the pass
};

}  // namespace alidade
