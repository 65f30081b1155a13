// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <limits>
#include <memory>

#include "core/results/branch_accuracy.h"

namespace alidade::test {

/// Four categories through three branches: mug was never estimated through the last one, and of remote there
/// is no object at all.
inline BranchAccuracy branchAccuracies() {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  BranchAccuracy made;
  made.name = "routed";
  made.architecture = "decompose";
  made.categories = {"bottle", "can", "mug", "remote"};
  made.branches = {"H 1", "H 2", "L 3"};
  made.own = {0, 0, 1, 2};
  made.objects = {24, 18, 30, 0};
  made.percent = {75.0, 25.0, 12.5, 62.5, 0.0, 10.0, 20.0, 50.0, kNone, kNone, kNone, kNone};
  made.provenance.version = "1.2.3";
  made.provenance.seed = 7;
  return made;
}

}  // namespace alidade::test
