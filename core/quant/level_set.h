// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

enum class LevelKind { kUniform, kBalanced, kUnsigned, kBinary, kTernary, kPowers };

/// The values that a quantized weight can have, in units of its scale. A code counts them from the smallest.
struct LevelSet {
  LevelKind kind = LevelKind::kUniform;
  int bits = 8;                ///< of one code
  std::vector<double> values;  ///< [code] ascending; at most 256

  /// What people read, levels included: "2 bit" alone could mean three of them or four.
  /// "2 bit, 4 levels", "ternary, 3 levels", "powers of two, 5 bit, 17 levels".
  std::string label() const;
  /// What files and options call it: "4", "balanced15", "unsigned8", "binary", "ternary", "powers5".
  std::string name() const;
  /// Whether the values are whole numbers that follow each other.
  bool is_grid() const { return kind != LevelKind::kBinary && kind != LevelKind::kPowers; }
  /// The largest value that the largest weight is mapped to: 2^(b-1) - 1 of a uniform set.
  double reach() const { return values.back(); }

  bool operator==(const LevelSet&) const = default;
};

/// -2^(b-1) .. 2^(b-1) - 1, of 2 to 8 bits.
Expected<LevelSet> uniform_levels(int bits);
/// An odd number of levels from 3 to 255, as many on both sides of 0: MQAT's own "uniform" with 15 levels.
Expected<LevelSet> balanced_levels(int count);
/// 0 .. 2^b - 1, of 1 to 8 bits: activations behind a ReLU, or with a zero point.
Expected<LevelSet> unsigned_levels(int bits);
/// -1 and 1.
LevelSet binary_levels();
/// -1, 0 and 1 (MQAT's "2 bit" with INQ).
LevelSet ternary_levels();
/// 0 and plus and minus 2^-k for k below `exponents`, which lies in 1 .. 127: an INQ set, its scale the
/// largest power. MQAT's repository has levels / 2 - 1 exponents, hence none for three levels: refused.
Expected<LevelSet> power_levels(int exponents);
/// The exponents of an INQ set of `bits`: 2^(b-2) (Zhou et al. 2017: n2 = n1 + 1 - 2^(b-1) / 2), of 2 to 8
/// bits.
Expected<LevelSet> inq_levels(int bits);

/// By LevelSet::name. kUsage for another name, with those that there are.
Expected<LevelSet> named_levels(const std::string& name);

/// Code of the level nearest to `value`, given in units of the scale and finite. Halfway, whole numbers go to
/// the even one, powers of two to the larger one, and 0 of a binary set to 1.
std::uint8_t nearest_level(const LevelSet& levels, double value);

}  // namespace alidade
