// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "core/base/random.h"
#include "core/geometry/box.h"
#include "core/geometry/convex_clip.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"
#include "tests/bench/bench_clock.h"
#include "tests/bench/evaluation_bench.h"

namespace alidade::bench {
namespace {

constexpr int kPairs = 4000;
constexpr int kTurns = 20;

struct Pair {
  OrientedBox truth, estimate;
};

Eigen::Vector3d random_vector(Random& random, double low, double high) {
  const double x = random.uniform(low, high);
  const double y = random.uniform(low, high);
  return {x, y, random.uniform(low, high)};
}

Eigen::Matrix3d random_rotation(Random& random) {
  const double u1 = random.uniform();
  const double u2 = random.uniform();
  return uniform_rotation(u1, u2, random.uniform());
}

/// Household sizes; estimates off by a few centimetres, a quarter of them with any rotation, the others
/// within `tilt` radians.
std::vector<Pair> overlapping_pairs(double tilt) {
  Random random(17);
  std::vector<Pair> pairs;
  for (int i = 0; i < kPairs; ++i) {
    Pair pair;
    pair.truth.frame_from_box.R = random_rotation(random);
    pair.truth.frame_from_box.t = random_vector(random, -0.3, 0.3) + Eigen::Vector3d(0.0, 0.0, 1.0);
    pair.truth.size = random_vector(random, 0.05, 0.35);
    pair.estimate = pair.truth;
    const Eigen::Vector3d axis = random_vector(random, -1.0, 1.0).normalized();
    const Eigen::Matrix3d turn = rotation_about(axis, random.uniform(0.0, tilt));
    pair.estimate.frame_from_box.R =
        i % 4 == 0 ? random_rotation(random) : turn * pair.truth.frame_from_box.R;
    pair.estimate.frame_from_box.t += random_vector(random, -0.03, 0.03);
    pair.estimate.size = pair.truth.size.cwiseProduct(random_vector(random, 0.85, 1.15));
    pairs.push_back(pair);
  }
  return pairs;
}

/// Reference arithmetic: the intersection as a polyhedron, plane by plane.
double clipped_iou(const OrientedBox& a, const OrientedBox& b) {
  const Eigen::Vector3d half = 0.5 * a.size;
  const Eigen::Matrix3d turn = a.frame_from_box.R.transpose() * b.frame_from_box.R;
  const Eigen::Vector3d shift = a.frame_from_box.R.transpose() * (b.frame_from_box.t - a.frame_from_box.t);
  ClippedHexahedron shared(half.cwiseInverse().asDiagonal() * turn * (0.5 * b.size).asDiagonal(),
                           shift.cwiseQuotient(half));
  for (int axis = 0; axis < 3 && !shared.empty(); ++axis) {
    shared.clip(axis, 1.0);
    shared.clip(axis, -1.0);
  }
  const double volume = shared.volume() * half.prod();
  return volume / (a.volume() + b.volume() - volume);
}

double clipped_sweep(const OrientedBox& a, const OrientedBox& b, const SymmetryGroup& group) {
  double best = 0.0;
  OrientedBox turned = b;
  for (const Rigid3& element : enumerate_symmetries(group, kTurns)) {
    turned.frame_from_box.R = b.frame_from_box.R * element.R;
    best = std::max(best, clipped_iou(a, turned));
  }
  return best;
}

template <class Measure>
double us_per_pair(const std::vector<Pair>& pairs, Measure&& measure) {
  double sum = 0.0;
  const double ms = median_ms(7, [&] {
    for (const Pair& pair : pairs) {
      sum += measure(pair.truth, pair.estimate);
    }
  });
  if (!std::isfinite(sum)) {
    std::printf("no value\n");
  }
  return 1000.0 * ms / static_cast<double>(pairs.size());
}

template <class Measure, class Reference>
void print_row(const char* name, const std::vector<Pair>& pairs, Measure&& measure, Reference&& reference) {
  double worst = 0.0;
  for (const Pair& pair : pairs) {
    worst =
        std::max(worst, std::abs(measure(pair.truth, pair.estimate) - reference(pair.truth, pair.estimate)));
  }
  const double ours = us_per_pair(pairs, measure);
  const double theirs = us_per_pair(pairs, reference);
  std::printf("%-42s %10.3f %14.3f %9.1fx %12.1e\n", name, ours, theirs, theirs / ours, worst);
}

}  // namespace

int bench_boxes() {
  std::printf("%d overlapping pairs of oriented boxes, one core\n", kPairs);
  std::printf("%-42s %10s %14s %10s %12s\n", "measure", "us/pair", "polyhedron us", "ratio", "difference");
  const SymmetryGroup about_y = continuous_symmetry(Eigen::Vector3d::UnitY());
  const auto sweep = [&](const OrientedBox& a, const OrientedBox& b) {
    return symmetric_box_iou(a, b, about_y, kTurns);
  };
  const auto clipped = [&](const OrientedBox& a, const OrientedBox& b) {
    return clipped_sweep(a, b, about_y);
  };
  const std::vector<Pair> pairs = overlapping_pairs(0.4);
  print_row("exact IoU", pairs, box_iou, clipped_iou);
  print_row("exact IoU, 20 turns about y", pairs, sweep, clipped);
  const std::vector<Pair> aligned = overlapping_pairs(0.005);
  print_row("exact IoU, nearly aligned", aligned, box_iou, clipped_iou);
  print_row("exact IoU, 20 turns, nearly aligned", aligned, sweep, clipped);
  std::printf("the published script: 1100 us per symmetric pair\n");
  return 0;
}

}  // namespace alidade::bench
