// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace alidade {

/// Bins of equal width over errors of one kind, of all runs that are compared.
struct HistogramBins {
  std::vector<double> edges;  ///< one more than bins; empty without values
  bool overflow = false;      ///< the last bin also holds what lies beyond (the largest 2 %)

  /// Values per bin.
  std::vector<double> count(std::span<const double> values) const;
};

/// Bins with round edges from 0, or the least value below it, to where 2 % lie beyond; `reach`, where given,
/// lies inside of them.
HistogramBins histogramBins(std::vector<double> all, std::optional<double> reach = {});

}  // namespace alidade
