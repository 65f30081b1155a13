// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <QtTest>

#include "core/base/random.h"
#include "core/ops/point_ops.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::vector<float> random_points(int n, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> points(3 * static_cast<std::size_t>(n));
  for (float& value : points) {
    value = static_cast<float>(random.uniform(-0.1, 0.1));
  }
  return points;
}

float squared_distance(const std::vector<float>& points, int a, const float* b) {
  const float dx = points[3 * a] - b[0], dy = points[3 * a + 1] - b[1], dz = points[3 * a + 2] - b[2];
  return dx * dx + dy * dy + dz * dz;
}

// The definition, without any bookkeeping: O(n * count^2).
std::vector<std::int32_t> brute_force_order(const std::vector<float>& points, int n, int count) {
  double sums[3] = {};
  for (int i = 0; i < 3 * n; ++i) {
    sums[i % 3] += points[i];
  }
  const float centroid[3] = {static_cast<float>(sums[0] / n), static_cast<float>(sums[1] / n),
                             static_cast<float>(sums[2] / n)};
  std::vector<std::int32_t> order;
  while (static_cast<int>(order.size()) < count) {
    int best = -1;
    float farthest = -1.0f;
    for (int i = 0; i < n; ++i) {
      if (std::find(order.begin(), order.end(), i) != order.end()) {
        continue;
      }
      float nearest = order.empty() ? squared_distance(points, i, centroid) : 1e30f;
      for (const int chosen : order) {
        nearest = std::min(nearest, squared_distance(points, i, points.data() + 3 * chosen));
      }
      if (nearest > farthest) {
        farthest = nearest;
        best = i;
      }
    }
    order.push_back(best);
  }
  return order;
}

std::vector<std::int32_t> order_of(const std::vector<float>& points, int n, int count) {
  std::vector<std::int32_t> order(count, -7);
  farthest_point_order(points.data(), n, count, order.data());
  return order;
}

std::vector<std::int32_t> neighbors_of(const std::vector<float>& points, int n, int centers, float radius,
                                       int k) {
  std::vector<std::int32_t> neighbors(static_cast<std::size_t>(centers) * k, -7);
  ball_neighbors(points.data(), n, centers, radius, k, neighbors.data());
  return neighbors;
}

}  // namespace

class PointOpsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void orderMatchesBruteForce() {
    for (const int n : {1, 2, 15, 16, 17, 200}) {
      const auto points = random_points(n, 3 + n);
      QCOMPARE(order_of(points, n, n), brute_force_order(points, n, n));
      QCOMPARE(order_of(points, n, (n + 1) / 2), brute_force_order(points, n, (n + 1) / 2));
    }
  }

  void everyPrefixIsTheShorterOrder() {
    const auto points = random_points(300, 1);
    const auto all = order_of(points, 300, 300);
    QCOMPARE(std::set<std::int32_t>(all.begin(), all.end()).size(), std::size_t(300));
    const auto some = order_of(points, 300, 40);
    QVERIFY(std::equal(some.begin(), some.end(), all.begin()));
  }

  // A quarter turn with a shift by powers of two is exact in floats, so the order must not change at all.
  void rigidMotionKeepsOrderAndNeighbors() {
    auto points = random_points(256, 9);
    for (float& value : points) {
      value = std::round(value * 4096.0f) / 4096.0f;
    }
    auto moved = points;
    for (int i = 0; i < 256; ++i) {
      moved[3 * i] = -points[3 * i + 1] + 0.5f;
      moved[3 * i + 1] = points[3 * i] - 0.25f;
      moved[3 * i + 2] = points[3 * i + 2] + 2.0f;
    }
    // The centroid is rounded, so compare from the first point on.
    QCOMPARE(order_of(points, 256, 256), order_of(moved, 256, 256));
    QCOMPARE(neighbors_of(points, 256, 64, 0.04f, 8), neighbors_of(moved, 256, 64, 0.04f, 8));
  }

  void degenerateInputIsOrdered() {
    const std::vector<float> equal(3 * 5, 0.25f);
    QCOMPARE(order_of(equal, 5, 5), (std::vector<std::int32_t>{0, 1, 2, 3, 4}));
    QCOMPARE(order_of(equal, 5, 8), (std::vector<std::int32_t>{0, 1, 2, 3, 4, 0, 1, 2}));
    QCOMPARE(order_of({}, 0, 2), (std::vector<std::int32_t>{-7, -7}));
    const auto three = random_points(3, 4);
    const auto repeated = order_of(three, 3, 7);
    for (int i = 3; i < 7; ++i) {
      QCOMPARE(repeated[i], repeated[i - 3]);
    }
  }

  void notANumberGivesValidIndices() {
    auto points = random_points(40, 2);
    points[30] = std::nanf("");
    for (const auto index : order_of(points, 40, 40)) {
      QVERIFY(index >= 0 && index < 40);
    }
    for (const auto index : neighbors_of(points, 40, 40, 0.05f, 6)) {
      QVERIFY(index >= 0 && index < 40);
    }
  }

  void neighborsMatchBruteForce() {
    for (const int n : {1, 16, 31, 300}) {
      const auto points = random_points(n, 50 + n);
      const int centers = std::min(n, 64), k = 12;
      const float radius = 0.06f;
      const auto neighbors = neighbors_of(points, n, centers, radius, k);
      for (int c = 0; c < centers; ++c) {
        std::vector<std::int32_t> expected;
        for (int i = 0; i < n && static_cast<int>(expected.size()) < k; ++i) {
          if (squared_distance(points, i, points.data() + 3 * c) < radius * radius) {
            expected.push_back(i);
          }
        }
        expected.resize(k, expected.front());
        const std::vector<std::int32_t> row(neighbors.begin() + c * k, neighbors.begin() + (c + 1) * k);
        QCOMPARE(row, expected);
      }
    }
  }

  void neighborsOfFewPointsRepeat() {
    const auto points = random_points(3, 8);
    const auto rows = neighbors_of(points, 3, 5, 10.0f, 4);
    QCOMPARE(std::vector<std::int32_t>(rows.begin(), rows.begin() + 4),
             (std::vector<std::int32_t>{0, 1, 2, 0}));
    QVERIFY(std::equal(rows.begin() + 12, rows.end(), rows.begin()));
    QCOMPARE(neighbors_of(points, 3, 2, 0.0f, 2), (std::vector<std::int32_t>{0, 0, 1, 1}));
  }
};

ALIDADE_TEST(PointOpsTest)
#include "point_ops_test.moc"
