// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "tests/support/test_registry.h"

namespace alidade::test {

inline nlohmann::json quant_json(const std::string& name) {
  std::ifstream file(fixture(name + ".json"));
  return nlohmann::json::parse(file);
}

/// All numbers of nested lists, null = NaN.
inline std::vector<double> numbers_of(const nlohmann::json& json) {
  if (!json.is_array()) {
    return {json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>()};
  }
  std::vector<double> values;
  for (const auto& entry : json) {
    const auto part = numbers_of(entry);
    values.insert(values.end(), part.begin(), part.end());
  }
  return values;
}

/// Largest absolute difference; infinite where only one side is NaN or sizes differ.
inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0.0 : std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (std::isnan(a[i]) != std::isnan(b[i])) {
      return std::numeric_limits<double>::infinity();
    }
    largest = std::isnan(a[i]) ? largest : std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

inline std::vector<double> random_weights(std::size_t count, std::uint64_t seed, double size = 1.0) {
  Random random(seed);
  std::vector<double> weights(count);
  for (double& weight : weights) {
    weight = size * random.normal();
  }
  return weights;
}

inline bool says(const std::string& message, const std::string& part) {
  return message.find(part) != std::string::npos;
}

}  // namespace alidade::test
