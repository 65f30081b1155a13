// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/point_ops.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace alidade {
namespace {

constexpr int kLanes = 16;
constexpr float kTaken = -1.0f;  // below every squared distance: a chosen point is never chosen again

// Coordinates in three separate rows, padded to whole blocks of kLanes so that the loops below vectorize.
struct Columns {
  Columns(const float* points, int n) : blocks((n + kLanes - 1) / kLanes) {
    const std::size_t size = static_cast<std::size_t>(blocks) * kLanes;
    for (auto* column : {&x, &y, &z}) {
      column->assign(size, 0.0f);
    }
    for (int i = 0; i < n; ++i) {
      x[i] = points[3 * i];
      y[i] = points[3 * i + 1];
      z[i] = points[3 * i + 2];
    }
  }
  int blocks;
  std::vector<float> x, y, z;
};

// The sum runs in index order in double: the CUDA twin does the same and gets the same bits.
float mean(const std::vector<float>& column, int n) {
  double sum = 0.0;
  for (int i = 0; i < n; ++i) {
    sum += column[i];
  }
  return static_cast<float>(sum / n);
}

// Lowers `nearest` to the squared distances to (px, py, pz) and returns the index of its first maximum.
int lower_and_find_farthest(const Columns& columns, float px, float py, float pz,
                            std::vector<float>& nearest) {
  float best[kLanes];
  std::fill(best, best + kLanes, -2.0f);
  for (int block = 0; block < columns.blocks; ++block) {
    const float* x = columns.x.data() + block * kLanes;
    const float* y = columns.y.data() + block * kLanes;
    const float* z = columns.z.data() + block * kLanes;
    float* values = nearest.data() + block * kLanes;
    for (int lane = 0; lane < kLanes; ++lane) {
      const float dx = x[lane] - px, dy = y[lane] - py, dz = z[lane] - pz;
      const float d = dx * dx + dy * dy + dz * dz;
      values[lane] = d < values[lane] ? d : values[lane];
      best[lane] = values[lane] > best[lane] ? values[lane] : best[lane];
    }
  }
  const float farthest = *std::max_element(best, best + kLanes);
  return static_cast<int>(std::find(nearest.begin(), nearest.end(), farthest) - nearest.begin());
}

// Marks the points of a block that lie within the ball; false when there is none, which is the usual case.
bool mark_inside(const Columns& columns, int block, int center, float radius_squared, std::int32_t* inside) {
  const float* x = columns.x.data() + block * kLanes;
  const float* y = columns.y.data() + block * kLanes;
  const float* z = columns.z.data() + block * kLanes;
  const float cx = columns.x[center], cy = columns.y[center], cz = columns.z[center];
  std::int32_t any = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    const float dx = x[lane] - cx, dy = y[lane] - cy, dz = z[lane] - cz;
    inside[lane] = dx * dx + dy * dy + dz * dz < radius_squared ? 1 : 0;
    any |= inside[lane];
  }
  return any != 0;
}

void fill_row(const Columns& columns, int n, int center, float radius_squared, int k, std::int32_t* row) {
  std::int32_t inside[kLanes];
  int found = 0;
  for (int block = 0; block < columns.blocks && found < k; ++block) {
    if (!mark_inside(columns, block, center, radius_squared, inside)) {
      continue;
    }
    const int end = std::min(kLanes, n - block * kLanes);
    for (int lane = 0; lane < end && found < k; ++lane) {
      if (inside[lane]) {
        row[found++] = block * kLanes + lane;
      }
    }
  }
  std::fill(row + found, row + k, found > 0 ? row[0] : center);
}

}  // namespace

void farthest_point_order(const float* points, int n, int count, std::int32_t* order) {
  if (n <= 0) {
    return;
  }
  const Columns columns(points, n);
  std::vector<float> nearest(columns.x.size(), kTaken);
  std::fill_n(nearest.begin(), n, std::numeric_limits<float>::max());
  const int first =
      lower_and_find_farthest(columns, mean(columns.x, n), mean(columns.y, n), mean(columns.z, n), nearest);
  std::fill_n(nearest.begin(), n, std::numeric_limits<float>::max());
  const int distinct = std::min(n, count);
  int next = std::min(first, n - 1);
  for (int i = 0; i < distinct; ++i) {
    order[i] = next;
    nearest[next] = kTaken;
    next = std::min(
        lower_and_find_farthest(columns, columns.x[next], columns.y[next], columns.z[next], nearest), n - 1);
  }
  for (int i = distinct; i < count; ++i) {
    order[i] = order[i - n];
  }
}

void ball_neighbors(const float* points, int n, int centers, float radius, int k, std::int32_t* neighbors) {
  if (n <= 0 || k <= 0) {
    return;
  }
  const Columns columns(points, n);
  for (int center = 0; center < centers; ++center) {
    std::int32_t* row = neighbors + static_cast<std::ptrdiff_t>(center) * k;
    if (center < n) {
      fill_row(columns, n, center, radius * radius, k, row);
    } else {
      std::copy_n(neighbors + static_cast<std::ptrdiff_t>(center - n) * k, k, row);
    }
  }
}

}  // namespace alidade
