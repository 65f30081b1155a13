// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/budget.h"

#include <algorithm>

namespace alidade {

double computing_seconds(double seconds, int workers) {
  constexpr double kBusyShare = 0.9;
  return workers > 1 ? seconds * workers * kBusyShare / kSideBySideCost : seconds;
}

double TimeBudget::shrink(double measuring) const {
  const double most = measuring_share * available();
  return measuring > most ? most / measuring : 1.0;
}

double TimeBudget::share(double measuring, double work) const {
  return work > 0.0 ? std::clamp((available() - measuring) / work, 0.0, 1.0) : 1.0;
}

int shrunk(int value, double factor, int fewest) {
  return std::min(value, std::max(fewest, static_cast<int>(value * factor)));
}

}  // namespace alidade
