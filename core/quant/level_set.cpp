// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/level_set.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace alidade {
namespace {

LevelSet whole_levels(LevelKind kind, int bits, int low, int high) {
  LevelSet levels{kind, bits, {}};
  for (int value = low; value <= high; ++value) {
    levels.values.push_back(value);
  }
  return levels;
}

/// Bits that tell `count` codes apart.
int bits_of(std::size_t count) {
  int bits = 1;
  while ((std::size_t{1} << bits) < count) {
    ++bits;
  }
  return bits;
}

Error no_such_levels(const std::string& name) {
  return usage_error("There are no levels \"" + name +
                     "\"; use a number of bits from 2 to 8, binary, ternary, powersB with 2 to 8 bits, "
                     "balancedN with an odd number of levels from 3 to 255, or unsignedB with 1 to 8 bits.");
}

/// The number behind a word; -1 for none.
int number_behind(const std::string& text, const std::string& word) {
  int number = -1;
  if (text.starts_with(word)) {
    const char* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data() + word.size(), end, number);
    number = problem == std::errc() && stop == end ? number : -1;
  }
  return number;
}

/// Ties go to the larger magnitude, as INQ has it.
std::uint8_t nearest_power(const std::vector<double>& values, double value) {
  const auto above = std::lower_bound(values.begin(), values.end(), value);
  if (above == values.begin()) {
    return 0;
  }
  if (above == values.end()) {
    return static_cast<std::uint8_t>(values.size() - 1);
  }
  const double up = *above - value, down = value - *(above - 1);
  const bool takes_upper = up == down ? value > 0.0 : up < down;
  return static_cast<std::uint8_t>(above - values.begin() - (takes_upper ? 0 : 1));
}

}  // namespace

std::string LevelSet::label() const {
  const std::string count = std::to_string(values.size()) + " levels";
  const std::string width = std::to_string(bits) + " bit";
  switch (kind) {
    case LevelKind::kUniform:
    case LevelKind::kBalanced:
      return width + ", " + count;
    case LevelKind::kUnsigned:
      return "unsigned, " + width + ", " + count;
    case LevelKind::kBinary:
      return "binary, " + count;
    case LevelKind::kTernary:
      return "ternary, " + count;
    case LevelKind::kPowers:
      return "powers of two, " + width + ", " + count;
  }
  return {};
}

std::string LevelSet::name() const {
  switch (kind) {
    case LevelKind::kUniform:
      return std::to_string(bits);
    case LevelKind::kBalanced:
      return "balanced" + std::to_string(values.size());
    case LevelKind::kUnsigned:
      return "unsigned" + std::to_string(bits);
    case LevelKind::kBinary:
      return "binary";
    case LevelKind::kTernary:
      return "ternary";
    case LevelKind::kPowers:
      return "powers" + std::to_string(bits);
  }
  return {};
}

Expected<LevelSet> uniform_levels(int bits) {
  if (bits < 2 || bits > 8) {
    return no_such_levels(std::to_string(bits));
  }
  return whole_levels(LevelKind::kUniform, bits, -(1 << (bits - 1)), (1 << (bits - 1)) - 1);
}

Expected<LevelSet> balanced_levels(int count) {
  if (count < 3 || count > 255 || count % 2 == 0) {
    return no_such_levels("balanced" + std::to_string(count));
  }
  return whole_levels(LevelKind::kBalanced, bits_of(static_cast<std::size_t>(count)), -(count / 2),
                      count / 2);
}

Expected<LevelSet> unsigned_levels(int bits) {
  if (bits < 1 || bits > 8) {
    return no_such_levels("unsigned" + std::to_string(bits));
  }
  return whole_levels(LevelKind::kUnsigned, bits, 0, (1 << bits) - 1);
}

LevelSet binary_levels() {
  return {LevelKind::kBinary, 1, {-1.0, 1.0}};
}

LevelSet ternary_levels() {
  return whole_levels(LevelKind::kTernary, 2, -1, 1);
}

Expected<LevelSet> power_levels(int exponents) {
  if (exponents < 1 || exponents > 127) {
    return usage_error("A set of powers of two with " + std::to_string(exponents) +
                       " exponents has no level but 0 or more than 8 bits; use 1 to 127 of them.");
  }
  LevelSet levels{LevelKind::kPowers, bits_of(2 * static_cast<std::size_t>(exponents) + 1), {}};
  for (int k = 0; k < exponents; ++k) {
    levels.values.push_back(-std::ldexp(1.0, -k));
  }
  levels.values.push_back(0.0);
  for (int k = exponents - 1; k >= 0; --k) {
    levels.values.push_back(std::ldexp(1.0, -k));
  }
  return levels;
}

Expected<LevelSet> inq_levels(int bits) {
  if (bits < 2 || bits > 8) {
    return no_such_levels("powers" + std::to_string(bits));
  }
  return power_levels(1 << (bits - 2));
}

Expected<LevelSet> named_levels(const std::string& name) {
  if (name == "binary") {
    return binary_levels();
  }
  if (name == "ternary") {
    return ternary_levels();
  }
  if (const int bits = number_behind(name, ""); bits >= 2 && bits <= 8) {
    return uniform_levels(bits);
  }
  if (const int bits = number_behind(name, "powers"); bits >= 2 && bits <= 8) {
    return inq_levels(bits);
  }
  if (const int bits = number_behind(name, "unsigned"); bits >= 1 && bits <= 8) {
    return unsigned_levels(bits);
  }
  if (const int count = number_behind(name, "balanced"); count >= 3) {
    return balanced_levels(count);
  }
  return no_such_levels(name);
}

std::uint8_t nearest_level(const LevelSet& levels, double value) {
  if (levels.kind == LevelKind::kBinary) {
    return value < 0.0 ? 0 : 1;
  }
  if (levels.kind == LevelKind::kPowers) {
    return nearest_power(levels.values, value);
  }
  // std::nearbyint rounds half to even: nothing in the program changes the rounding mode.
  const double whole = std::clamp(std::nearbyint(value), levels.values.front(), levels.values.back());
  return static_cast<std::uint8_t>(whole - levels.values.front());
}

}  // namespace alidade
