// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/chart/chart_axis.h"

#include <algorithm>
#include <cmath>

namespace alidade {
namespace {

constexpr double kMostDrawn = 1e150;  // spans and ratios of what is drawn stay finite
constexpr double kAir = 0.05;         // of a fitted axis, beyond its values

}  // namespace

bool ChartAxis::draws(double value) const {
  return std::abs(value) < kMostDrawn && (!logarithmic() || holds || value > 1.0 / kMostDrawn);
}

double ChartAxis::share(double value) const {
  const double kept = holds ? std::clamp(value, low, high) : value;
  const double share =
      logarithmic() ? std::log(kept / low) / std::log(high / low) : (kept - low) / (high - low);
  return reversed ? 1.0 - share : share;
}

double ChartAxis::valueAt(double share) const {
  const double risen = reversed ? 1.0 - share : share;
  return logarithmic() ? low * std::pow(high / low, risen) : low + risen * (high - low);
}

ChartAxis fittedAxis(double low, double high, ChartScale scale) {
  ChartAxis axis;
  axis.scale = scale;
  if (!(low <= high) || !axis.draws(low) || !axis.draws(high)) {
    axis.low = axis.logarithmic() ? 0.1 : 0.0;
    return axis;
  }
  if (axis.logarithmic()) {
    const double air = std::max(std::pow(high / low, kAir), 1.0 + kAir);
    axis.low = low / air;
    axis.high = high * air;
    return axis;
  }
  const double span = high > low ? high - low : std::max(std::abs(high), 1e-9);
  axis.low = low - kAir * span;
  axis.high = high + kAir * span;
  return axis;
}

}  // namespace alidade
