// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/geometry/box_upright.h"
#include "tests/support/test_registry.h"

namespace alidade::test {

inline nlohmann::json fixture_json(const std::string& name) {
  std::ifstream file(fixture(name));
  return nlohmann::json::parse(file);
}

/// x, y, z, w, l, h and perhaps yaw.
inline UprightBox box_of(const nlohmann::json& json) {
  UprightBox box;
  for (int i = 0; i < 3; ++i) {
    box.center[i] = json.at(i).get<double>();
    box.size[i] = json.at(3 + i).get<double>();
  }
  box.yaw = json.size() > 6 ? json.at(6).get<double>() : 0.0;
  return box;
}

inline std::vector<double> box_numbers(const UprightBox& box) {
  return {box.center.x(), box.center.y(), box.center.z(), box.size.x(), box.size.y(), box.size.z(), box.yaw};
}

/// All numbers of nested lists; null = NaN.
inline std::vector<double> flat_numbers(const nlohmann::json& json) {
  if (!json.is_array()) {
    return {json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>()};
  }
  std::vector<double> values;
  for (const auto& entry : json) {
    const auto part = flat_numbers(entry);
    values.insert(values.end(), part.begin(), part.end());
  }
  return values;
}

/// Largest absolute difference of what `expected` has; infinite where one side is no number.
template <class Numbers>
double largest_gap(const Numbers& found, const std::vector<double>& expected) {
  double largest = found.size() < expected.size() ? std::numeric_limits<double>::infinity() : 0.0;
  for (std::size_t i = 0; i < expected.size() && i < found.size(); ++i) {
    const double gap = std::abs(found[i] - expected[i]);
    largest = std::isnan(gap) ? std::numeric_limits<double>::infinity() : std::max(largest, gap);
  }
  return largest;
}

}  // namespace alidade::test
