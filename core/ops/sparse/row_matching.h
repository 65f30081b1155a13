// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace alidade {

inline constexpr int kLongestColumn = 9;

/// Rows that an offset brings together: row seeking[p] found row found[p]. Both strictly increase.
struct MatchedRows {
  std::vector<std::int32_t> seeking, found;
};

/// Finds rows of one sorted set at offsets from the rows of another by merging them. The cells of a column of
/// offsets, neighbors along z, are neighbors among the sorted rows: one search finds them all.
template <class Key>
class ColumnMatcher {
 public:
  /// Keys of both sets; behind those that are sought stand `most` keys that are greater than all
  /// (keys_of), most being the longest column, kLongestColumn or less.
  ColumnMatcher(std::span<const Key> seeking, std::span<const Key> sought, int most)
      : seeking_(seeking), sought_(sought), buffer_(2 * most * (seeking.size() + 1)) {}

  /// Rows at step, step + 1, ... step + length - 1 from those that seek, for each of these.
  std::vector<MatchedRows> match(Key step, int length);

 private:
  std::int32_t* seeking_rows(int place) { return buffer_.data() + 2 * place * (seeking_.size() + 1); }
  std::int32_t* found_rows(int place) { return seeking_rows(place) + seeking_.size() + 1; }
  template <int kLength>
  void search(Key step, int length);

  std::span<const Key> seeking_, sought_;
  std::vector<std::int32_t> buffer_;  ///< per place in the column: rows that seek, rows found
  std::array<std::size_t, kLongestColumn> counts_{};
};

/// Every row is written, and kept when it is a match: nothing to predict. kLength is 0 for any length.
template <class Key>
template <int kLength>
void ColumnMatcher<Key>::search(Key step, int length) {
  const int last = kLength > 0 ? kLength : length;
  std::array<std::int32_t*, kLength == 0 ? kLongestColumn : kLength> seekers, finds;
  std::array<std::size_t, seekers.size()> counts{};
  for (int place = 0; place < last; ++place) {
    seekers[place] = seeking_rows(place);
    finds[place] = found_rows(place);
  }
  const Key* const sought = sought_.data();
  std::size_t at = 0;
  for (std::size_t row = 0; row < seeking_.size(); ++row) {
    const Key target = seeking_[row] + step;
    while (sought[at] < target) {
      ++at;
    }
    std::size_t next = at;
#pragma GCC unroll 4
    for (int place = 0; place < last; ++place) {
      const bool is_match = sought[next] == target + static_cast<Key>(place);
      seekers[place][counts[place]] = static_cast<std::int32_t>(row);
      finds[place][counts[place]] = static_cast<std::int32_t>(next);
      counts[place] += is_match;
      next += is_match;
    }
  }
  std::copy(counts.begin(), counts.begin() + last, counts_.begin());
}

template <class Key>
std::vector<MatchedRows> ColumnMatcher<Key>::match(Key step, int length) {
  switch (length) {
    case 1:
      search<1>(step, length);
      break;
    case 2:
      search<2>(step, length);
      break;
    case 3:
      search<3>(step, length);
      break;
    default:
      search<0>(step, length);
  }
  std::vector<MatchedRows> column(length);
  for (int place = 0; place < length; ++place) {
    column[place].seeking.assign(seeking_rows(place), seeking_rows(place) + counts_[place]);
    column[place].found.assign(found_rows(place), found_rows(place) + counts_[place]);
  }
  return column;
}

}  // namespace alidade
