// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/vit/position_resize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace alidade {
namespace {

/// Keys' cubic convolution kernel.
double cubic(double x, double a) {
  x = std::abs(x);
  if (x < 1.0) {
    return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  }
  return x < 2.0 ? ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a : 0.0;
}

/// Four taps around a place in cells, beyond the border the border's own.
void replicated_row(double place, int from, double* row) {
  const double floor = std::floor(place);
  for (int tap = -1; tap <= 2; ++tap) {
    const double at = std::clamp(floor + tap, 0.0, from - 1.0);
    row[static_cast<int>(at)] += cubic(place - (floor + tap), -0.75);
  }
}

/// All cells under a kernel that widens with `scale` (cells of the source per cell of the target).
void antialiased_row(double center, double scale, int from, double* row) {
  const double width = std::max(scale, 1.0), support = 2.0 * width;
  const int begin = std::max(static_cast<int>(center - support + 0.5), 0);
  const int end = std::min(static_cast<int>(center + support + 0.5), from);
  double total = 0.0;
  for (int i = begin; i < end; ++i) {
    total += row[i] = cubic((i - center + 0.5) / width, -0.5);
  }
  for (int i = begin; i < end; ++i) {
    row[i] /= total;
  }
}

}  // namespace

std::vector<double> position_weights(int from, int to, PositionResize way) {
  std::vector<double> weights(static_cast<std::size_t>(from) * to, 0.0);
  const double scale = way == PositionResize::kOffset ? from / (to + 0.1) : static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    double* row = weights.data() + static_cast<std::size_t>(i) * from;
    if (way == PositionResize::kAntialias) {
      antialiased_row(scale * (i + 0.5), scale, from, row);
    } else {
      replicated_row(scale * (i + 0.5) - 0.5, from, row);
    }
  }
  return weights;
}

}  // namespace alidade
