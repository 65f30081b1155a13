// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/diffusion/guidance.h"
#include "core/diffusion/mixture_field.h"
#include "core/io/npy.h"
#include "tests/support/test_registry.h"

namespace alidade::test {

inline nlohmann::json ode_json(const std::string& name) {
  std::ifstream file(fixture("ode/" + name + ".json"));
  return nlohmann::json::parse(file);
}

/// The values of an ode/ array.
inline std::vector<double> ode_array(const std::string& name) {
  const auto array = read_npy(fixture("ode/" + name + ".npy"));
  if (!array) {
    throw std::runtime_error(array.error().message);
  }
  return array->as_doubles();
}

inline std::vector<double> flatten(const nlohmann::json& rows) {
  std::vector<double> values;
  for (const auto& row : rows) {
    const auto numbers = row.get<std::vector<double>>();
    values.insert(values.end(), numbers.begin(), numbers.end());
  }
  return values;
}

/// Largest absolute difference; infinite when the sizes differ or a value is not a number.
inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) {
    return std::numeric_limits<double>::infinity();
  }
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(a[i] - b[i]);
    largest =
        std::isnan(difference) ? std::numeric_limits<double>::infinity() : std::max(largest, difference);
  }
  return largest;
}

inline MixtureField ode_mixture(const std::string& name, const VeSde& sde) {
  const auto mixture = ode_json("mixtures").at(name);
  std::vector<MixtureComponent> components;
  for (std::size_t i = 0; i < mixture.at("weights").size(); ++i) {
    components.push_back({mixture["weights"][i].get<double>(), mixture["means"][i].get<std::vector<double>>(),
                          mixture["var_diag"][i].get<std::vector<double>>()});
  }
  return *MixtureField::make(components, sde);
}

/// "none", "const2", "exp_1_5" as the fixtures name their schedules.
inline Guidance ode_guidance(const std::string& name) {
  if (name == "none") {
    return {};
  }
  if (name.starts_with("const")) {
    return {GuidanceKind::kConstant, 1.0, std::stod(name.substr(5)), 5.0};
  }
  const auto second = name.find('_', 4);
  return {GuidanceKind::kExponential, std::stod(name.substr(4, second - 4)),
          std::stod(name.substr(second + 1)), 5.0};
}

}  // namespace alidade::test
