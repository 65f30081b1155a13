// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/voxel_keys.h"

#include <cstddef>

namespace alidade {
namespace {

constexpr int kDigitBits = 10;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
/// Below this many keys comparing them is quicker.
constexpr std::size_t kFewKeys = 256;

/// One pass of the radix sort; false where all keys have the same digit.
bool sort_digit(const std::vector<std::uint64_t>& from, int shift, std::vector<std::uint64_t>& to) {
  std::array<std::uint32_t, kDigits> places{};
  for (const std::uint64_t key : from) {
    ++places[(key >> shift) & (kDigits - 1)];
  }
  if (places[(from[0] >> shift) & (kDigits - 1)] == from.size()) {
    return false;
  }
  std::uint32_t next = 0;
  for (std::uint32_t& place : places) {
    const std::uint32_t count = place;
    place = next;
    next += count;
  }
  for (const std::uint64_t key : from) {
    to[places[(key >> shift) & (kDigits - 1)]++] = key;
  }
  return true;
}

}  // namespace

void sort_keys(std::vector<std::uint64_t>& keys, int first_bit, int bits) {
  if (keys.size() < kFewKeys) {
    std::stable_sort(keys.begin(), keys.end(),
                     [&](std::uint64_t a, std::uint64_t b) { return a >> first_bit < b >> first_bit; });
    return;
  }
  std::vector<std::uint64_t> other(keys.size());
  for (int shift = first_bit; shift < bits; shift += kDigitBits) {
    if (sort_digit(keys, shift, other)) {
      keys.swap(other);
    }
  }
}

void sort_keys(std::vector<WideKey>& keys, int first_bit, int) {
  std::stable_sort(keys.begin(), keys.end(),
                   [&](WideKey a, WideKey b) { return a >> first_bit < b >> first_bit; });
}

}  // namespace alidade
