// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>

#include "core/detection/rules.h"

namespace alidade {

/// A number with its derivatives by the seven numbers of a box (forward differentiation).
struct Dual {
  double value = 0.0;
  BoxGradient by{};

  Dual() = default;
  Dual(double constant) : value(constant) {}  // NOLINT(google-explicit-constructor)
  /// The variable number `index` of the box.
  static Dual variable(double value, std::size_t index) {
    Dual dual(value);
    dual.by[index] = 1.0;
    return dual;
  }
};

/// The value `value` of a function of a and b whose derivatives by them are `by_a` and `by_b`.
inline Dual chained(double value, const Dual& a, double by_a, const Dual& b, double by_b) {
  Dual result(value);
  for (std::size_t i = 0; i < result.by.size(); ++i) {
    result.by[i] = by_a * a.by[i] + by_b * b.by[i];
  }
  return result;
}

inline Dual operator+(const Dual& a, const Dual& b) {
  return chained(a.value + b.value, a, 1.0, b, 1.0);
}
inline Dual operator-(const Dual& a, const Dual& b) {
  return chained(a.value - b.value, a, 1.0, b, -1.0);
}
inline Dual operator*(const Dual& a, const Dual& b) {
  return chained(a.value * b.value, a, b.value, b, a.value);
}
inline Dual operator/(const Dual& a, const Dual& b) {
  return chained(a.value / b.value, a, 1.0 / b.value, b, -a.value / (b.value * b.value));
}
inline Dual sine(const Dual& a) {
  return chained(std::sin(a.value), a, std::cos(a.value), a, 0.0);
}
inline Dual cosine(const Dual& a) {
  return chained(std::cos(a.value), a, -std::sin(a.value), a, 0.0);
}
inline const Dual& smaller(const Dual& a, const Dual& b) {
  return b.value < a.value ? b : a;
}
inline const Dual& greater(const Dual& a, const Dual& b) {
  return b.value > a.value ? b : a;
}

}  // namespace alidade
