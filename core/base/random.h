// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace alidade {

/// Mixes two numbers into one seed; used to give frame i of dataset s its own stream.
std::uint64_t mix_seed(std::uint64_t seed, std::uint64_t stream);

/// Small deterministic generator (xoshiro256++). The standard library's distributions differ
/// between implementations; ours give the same bytes everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t bits();
  /// Uniform in [0, 1).
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform integer in [0, count); `count` > 0.
  std::uint32_t index(std::uint32_t count);
  /// Standard normal (Box-Muller; both values are used).
  double normal();

 private:
  std::uint64_t state_[4];
  double spare_ = 0.0;
  bool has_spare_ = false;
};

}  // namespace alidade
