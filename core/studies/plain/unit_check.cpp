// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/unit_check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace alidade {
namespace {

constexpr double kThousand = 1000.0;
constexpr double kSlack = 3.0;  // a factor from 333 to 3000 is near a thousand

double median_of(std::vector<double> values) {
  if (values.empty()) {
    return 0.0;
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::string three_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace

void UnitCheck::add(double found, double expected) {
  if (found > 0.0 && expected > 0.0 && std::isfinite(found / expected)) {
    found_.push_back(found);
    expected_.push_back(expected);
    ratios_.push_back(found / expected);
  }
}

double UnitCheck::ratio() const {
  return median_of(ratios_);
}

std::optional<std::string> UnitCheck::problem(const std::string& subject, const std::string& unit) const {
  const double factor = std::abs(std::log(ratio() / kThousand));
  const double inverse = std::abs(std::log(ratio() * kThousand));
  if (ratios_.empty() || std::min(factor, inverse) > std::log(kSlack)) {
    return std::nullopt;
  }
  return subject + " " + three_digits(median_of(found_)) + " " + unit + " in the median";
}

std::string UnitCheck::expected() const {
  return three_digits(median_of(expected_)) + " m";
}

std::string UnitCheck::remedy(const std::string& what) const {
  return ratio() > 1.0 ? "divide its " + what + " by 1000: they look like millimetres, and metres are expected"
                       : "multiply its " + what +
                             " by 1000: they were taken for millimetres, or written in kilometres";
}

}  // namespace alidade
