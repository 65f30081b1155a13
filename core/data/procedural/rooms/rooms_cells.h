// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace alidade {

/// A set of cubic cells with open addressing, for up to a known number of them.
class RoomsCells {
 public:
  /// `edge` in metres.
  RoomsCells(float edge, std::size_t most) : inverse_(1.0F / edge) {
    std::size_t size = 64;
    while (size < 2 * most) {
      size *= 2;
    }
    slots_.assign(size, kEmpty);
  }

  /// Whether the point's cell was empty so far; the point must lie within 20 km of the origin.
  bool insert(const Eigen::Vector3f& point) {
    std::uint64_t key = 0;
    for (int axis = 0; axis < 3; ++axis) {
      const auto cell = static_cast<std::int64_t>(std::floor(point[axis] * inverse_)) + (1 << 20);
      key = (key << 21) | (static_cast<std::uint64_t>(cell) & 0x1fffff);
    }
    std::size_t at = static_cast<std::size_t>((key * 0x9e3779b97f4a7c15ULL) >> 20) & (slots_.size() - 1);
    while (slots_[at] != kEmpty) {
      if (slots_[at] == key) {
        return false;
      }
      at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = key;
    return true;
  }

 private:
  static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};
  float inverse_;
  std::vector<std::uint64_t> slots_;
};

}  // namespace alidade
