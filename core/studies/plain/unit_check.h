// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace alidade {

/// Compares lengths of a file with those that they should be: a median ratio near 1000 or 1/1000 is a wrong
/// unit. No estimate is that far off, and no other pair of units in use is that far apart.
class UnitCheck {
 public:
  /// Lengths in metres; pairs without a positive length say nothing.
  void add(double found, double expected);
  /// "its objects lie 951 m from the camera in the median" when the unit is wrong.
  std::optional<std::string> problem(const std::string& subject, const std::string& unit) const;
  /// "0.951 m": the median of what was expected.
  std::string expected() const;
  /// What to do about it: "divide its translations by 1000: they look like millimetres, and metres are
  /// expected".
  std::string remedy(const std::string& what) const;

 private:
  double ratio() const;

  std::vector<double> found_, expected_, ratios_;
};

}  // namespace alidade
