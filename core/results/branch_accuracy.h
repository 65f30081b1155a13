// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/provenance.h"

namespace alidade {

/// Accuracy of every category through every branch of a network that routes by category: what a detector
/// costs that names a wrong one. Immutable once made.
struct BranchAccuracy {
  std::string name;          ///< of the run
  std::string architecture;  ///< of the network; empty when unknown
  std::vector<std::string> categories, branches;
  std::vector<int> own;               ///< [category] the branch that it is routed to
  std::vector<std::int64_t> objects;  ///< [category] estimated
  /// [category][branch] percent of the objects within 5 degrees and 2 cm; NaN = undefined: no category leads
  /// to the branch, or none of the objects was estimated.
  std::vector<double> percent;
  Provenance provenance;

  double at(std::size_t category, std::size_t branch) const {
    return percent[category * branches.size() + branch];
  }
};

}  // namespace alidade
