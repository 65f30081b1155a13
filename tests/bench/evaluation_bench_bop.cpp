// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/evaluation/errors/bop_errors.h"
#include "core/evaluation/errors/vsd.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"
#include "tests/bench/bench_clock.h"
#include "tests/bench/evaluation_bench.h"

namespace alidade::bench {
namespace {

constexpr int kPairs = 16;
const PinholeCamera kCamera{640, 480, 572.4, 573.6, 325.3, 242.0};

struct Pair {
  Rigid3 estimate, truth;
};

/// Points on a surface of revolution about y, 15 cm tall.
ObjectGeometry vase(int count) {
  Random random(7);
  ObjectGeometry object;
  object.name = "vase";
  object.diameter = 0.16;
  for (int i = 0; i < count; ++i) {
    const double y = random.uniform(-0.075, 0.075);
    const double angle = random.uniform(0.0, 2.0 * std::numbers::pi);
    const double radius = 0.03 + 0.01 * std::sin(60.0 * y);
    object.vertices.emplace_back(radius * std::cos(angle), y, radius * std::sin(angle));
  }
  object.symmetry = continuous_symmetry(Eigen::Vector3d::UnitY());
  return object;
}

/// Estimates off by up to 15 degrees and 1 cm, and by any turn about the axis when `symmetric`.
std::vector<Pair> pairs(bool symmetric) {
  Random random(8);
  std::vector<Pair> result;
  for (int i = 0; i < kPairs; ++i) {
    const double u1 = random.uniform(), u2 = random.uniform();
    const Rigid3 truth{uniform_rotation(u1, u2, random.uniform()), {0.1 * u1, -0.1 * u2, 0.7 + 0.3 * u1}};
    const Eigen::Vector3d axis = uniform_rotation(u2, u1, 0.5).col(0);
    Rigid3 estimate = truth;
    if (symmetric) {
      estimate.R *= rotation_about(Eigen::Vector3d::UnitY(), random.uniform(0.0, 2.0 * std::numbers::pi));
    }
    estimate.R = rotation_about(axis, random.uniform(0.0, std::numbers::pi / 12.0)) * estimate.R;
    estimate.t += random.uniform(0.0, 0.01) * axis;
    result.push_back({estimate, truth});
  }
  return result;
}

// The arithmetic of bop_toolkit, written as NumPy runs it: whole arrays, every symmetry, every vertex.

using Points = std::vector<Eigen::Vector3d>;

Points moved(const Points& points, const Rigid3& pose) {
  Points result(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    result[i] = pose * points[i];
  }
  return result;
}

Points projected(const Points& points, const Rigid3& pose) {
  Points result = moved(points, pose);
  for (Eigen::Vector3d& p : result) {
    p = {kCamera.fx * p.x() / p.z() + kCamera.cx, kCamera.fy * p.y() / p.z() + kCamera.cy, 0.0};
  }
  return result;
}

double plain_mean(const Points& a, const Points& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += (a[i] - b[i]).norm();
  }
  return sum / static_cast<double>(a.size());
}

double plain_greatest(const Points& a, const Points& b) {
  double greatest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    greatest = std::max(greatest, (a[i] - b[i]).norm());
  }
  return greatest;
}

/// The usual search of a k-d tree for one point: nearer child first, boxes too far away left out.
void search(const NearestVertex& tree, std::uint32_t index, const Eigen::Vector3d& query, double& best) {
  const NearestVertex::Node& node = tree.nodes()[index];
  if ((node.low - query).cwiseMax(query - node.high).cwiseMax(0.0).squaredNorm() >= best) {
    return;
  }
  if (node.leaf()) {
    for (std::uint32_t i = node.begin; i < node.end; ++i) {
      best = std::min(best, (tree.points().point(i) - query).squaredNorm());
    }
    return;
  }
  const double left = (tree.nodes()[index + 1].center - query).squaredNorm();
  const double right = (tree.nodes()[node.right].center - query).squaredNorm();
  search(tree, left <= right ? index + 1 : node.right, query, best);
  search(tree, left <= right ? node.right : index + 1, query, best);
}

/// The tree is built anew for each pair, and no query knows of another.
double plain_adi(const Points& points, const Pair& pair) {
  const NearestVertex tree(moved(points, pair.estimate));
  double sum = 0.0;
  for (const Eigen::Vector3d& query : moved(points, pair.truth)) {
    double best = std::numeric_limits<double>::infinity();
    search(tree, 0, query, best);
    sum += std::sqrt(best);
  }
  return sum / static_cast<double>(points.size());
}

double plain_least(const Points& points, const Pair& pair, const std::vector<Rigid3>& symmetries,
                   Points (*place)(const Points&, const Rigid3&)) {
  const Points estimate = place(points, pair.estimate);
  double best = std::numeric_limits<double>::infinity();
  for (const Rigid3& symmetry : symmetries) {
    best = std::min(best, plain_greatest(estimate, place(points, pair.truth * symmetry)));
  }
  return best;
}

using Error = std::function<double(const Pair&)>;

/// One row: both ways on the same pairs, interleaved by pair.
void compare(const char* name, std::size_t vertices, std::size_t symmetries, const std::vector<Pair>& all,
             const Error& ours, const Error& plain, double published_ms) {
  double difference = 0.0;
  for (const Pair& pair : all) {
    difference = std::max(difference, std::abs(ours(pair) - plain(pair)));
  }
  double sink = 0.0;
  const auto time = [&](const Error& error, int repeats) {
    return 1e3 / static_cast<double>(all.size()) * median_ms(repeats, [&] {
             for (const Pair& pair : all) {
               sink += error(pair);
             }
           });
  };
  const double ours_us = time(ours, 9);
  const double plain_us = time(plain, 3);
  std::printf("%-6s %7zu %5zu %11.2f %11.1f %8.1fx %10.1e", name, vertices, symmetries, ours_us, plain_us,
              plain_us / ours_us, difference);
  if (published_ms > 0.0) {
    std::printf(" %11.0f %8.0fx", 1e3 * published_ms, 1e3 * published_ms / ours_us);
  }
  std::printf("%s\n", sink < 0.0 ? " negative" : "");
}

/// Published milliseconds of the Python toolkit: ADD, ADI, MSSD and MSPD with 1, 36, 315 symmetries.
struct Published {
  int vertices;
  double add, adi, mssd[3], mspd[3];
};

constexpr Published kPublished[] = {
    {1000, 0.035, 0.68, {0.040, 0.61, 5.6}, {0.069, 1.24, 11.7}},
    {5000, 0.096, 5.3, {0.10, 1.9, 16.0}, {0.18, 3.6, 29.2}},
    {20000, 0.80, 35.8, {0.80, 10.8, 104.0}, {1.3, 15.0, 125.0}},
};

void bench_distances(const Published& published) {
  ObjectGeometry geometry = vase(published.vertices);
  const Points& points = geometry.vertices;
  const auto with_axis = PreparedObject::make(geometry);
  const std::vector<Pair> plain_pairs = pairs(false);
  const std::size_t n = points.size();
  const PreparedObject& object = *with_axis;
  compare(
      "ADD", n, 1, plain_pairs, [&](const Pair& p) { return add_error(object, p.estimate, p.truth); },
      [&](const Pair& p) { return plain_mean(moved(points, p.estimate), moved(points, p.truth)); },
      published.add);
  compare(
      "ADI", n, 1, plain_pairs, [&](const Pair& p) { return adi_error(object, p.estimate, p.truth); },
      [&](const Pair& p) { return plain_adi(points, p); }, published.adi);
  compare(
      "proj", n, 1, plain_pairs,
      [&](const Pair& p) { return projection_error(object, p.estimate, p.truth, kCamera); },
      [&](const Pair& p) { return plain_mean(projected(points, p.estimate), projected(points, p.truth)); },
      0.0);
  const int steps[] = {1, 36, kBopSymmetrySteps};
  for (int i = 0; i < 3; ++i) {
    const auto turned = PreparedObject::make(geometry, steps[i]);
    const std::vector<Pair> all = pairs(steps[i] > 1);
    const std::vector<Rigid3>& symmetries = turned->symmetries();
    compare(
        "MSSD", n, symmetries.size(), all,
        [&](const Pair& p) { return mssd_error(*turned, p.estimate, p.truth); },
        [&](const Pair& p) { return plain_least(points, p, symmetries, moved); }, published.mssd[i]);
    compare(
        "MSPD", n, symmetries.size(), all,
        [&](const Pair& p) { return mspd_error(*turned, p.estimate, p.truth, kCamera); },
        [&](const Pair& p) { return plain_least(points, p, symmetries, projected); }, published.mspd[i]);
  }
}

// VSD of the toolkit: three whole distance images, four masks, then one pass per tau.

std::vector<double> distance_image(const ImageF& depth) {
  std::vector<double> result(depth.data.size());
  for (int y = 0; y < depth.height; ++y) {
    for (int x = 0; x < depth.width; ++x) {
      const double z = *depth.pixel(x, y);
      const double px = (x - kCamera.cx) / kCamera.fx * z;
      const double py = (y - kCamera.cy) / kCamera.fy * z;
      result[static_cast<std::size_t>(y) * depth.width + x] = std::sqrt(px * px + py * py + z * z);
    }
  }
  return result;
}

std::vector<bool> visible_mask(const std::vector<double>& measured, const std::vector<double>& model,
                               double delta) {
  std::vector<bool> mask(model.size());
  for (std::size_t i = 0; i < model.size(); ++i) {
    const float behind = static_cast<float>(model[i]) - static_cast<float>(measured[i]);
    mask[i] = model[i] > 0.0 && (behind <= static_cast<float>(delta) || measured[i] == 0.0);
  }
  return mask;
}

std::vector<double> plain_vsd(const ImageF& measured, const ImageF& truth, const ImageF& estimate,
                              const VsdRule& rule) {
  const std::vector<double> m = distance_image(measured), g = distance_image(truth);
  const std::vector<double> e = distance_image(estimate);
  const std::vector<bool> see_g = visible_mask(m, g, rule.delta);
  std::vector<bool> see_e = visible_mask(m, e, rule.delta);
  std::vector<double> residual;
  std::size_t united = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    see_e[i] = see_e[i] || (see_g[i] && e[i] > 0.0);
    united += see_g[i] || see_e[i];
    if (see_g[i] && see_e[i]) {
      residual.push_back(std::abs(g[i] - e[i]) / rule.diameter);
    }
  }
  std::vector<double> errors;
  for (const double tau : rule.taus) {
    const auto far = std::count_if(residual.begin(), residual.end(), [&](double d) { return d >= tau; });
    errors.push_back(static_cast<double>(united - residual.size() + static_cast<std::size_t>(far)) /
                     static_cast<double>(united));
  }
  return errors;
}

/// A box about as large in the image as the object of the published measurement (8.7 thousand pixels).
ObjectGeometry box() {
  ObjectGeometry object;
  object.diameter = 0.218;
  for (int i = 0; i < 8; ++i) {
    object.vertices.emplace_back((i & 1) ? 0.063 : -0.063, (i & 2) ? 0.063 : -0.063,
                                 (i & 4) ? 0.063 : -0.063);
  }
  const int quads[6][4] = {{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4},
                           {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}};
  for (const auto& q : quads) {
    object.triangles.emplace_back(q[0], q[1], q[2]);
    object.triangles.emplace_back(q[0], q[2], q[3]);
  }
  return object;
}

void bench_vsd() {
  const ObjectGeometry object = box();
  const Pair pair = pairs(false)[1];
  const ImageF truth = render_depth(object, pair.truth, kCamera);
  const ImageF estimate = render_depth(object, pair.estimate, kCamera);
  ImageF measured(kCamera.width, kCamera.height, 1, 1.5F);
  for (std::size_t i = 0; i < truth.data.size(); ++i) {
    measured.data[i] = i % 11 == 0 ? 0.0F : truth.data[i] > 0.0F ? truth.data[i] + 0.002F : measured.data[i];
  }
  VsdRule rule;
  rule.diameter = object.diameter;
  const auto ours = vsd_error(measured, truth, estimate, kCamera, rule);
  const std::vector<double> plain = plain_vsd(measured, truth, estimate, rule);
  double difference = 0.0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    difference = std::max(difference, std::abs((*ours)[i] - plain[i]));
  }
  const auto pixels = std::count_if(truth.data.begin(), truth.data.end(), [](float z) { return z > 0.0F; });
  const double ours_ms = median_ms(51, [&] { (void)vsd_error(measured, truth, estimate, kCamera, rule); });
  const double plain_ms = median_ms(11, [&] { (void)plain_vsd(measured, truth, estimate, rule); });
  const double draw_ms = median_ms(11, [&] { (void)render_depth(object, pair.truth, kCamera); });
  std::printf(
      "VSD    %d x %d, 10 taus, %td pixels: ours %.3f ms, plain %.2f ms, %.1fx, max difference %.1e; "
      "toolkit 7.4 ms, %.0fx; drawing one depth map %.2f ms\n",
      kCamera.width, kCamera.height, pixels, ours_ms, plain_ms, plain_ms / ours_ms, difference, 7.4 / ours_ms,
      draw_ms);
}

}  // namespace

int bench_bop() {
  std::printf(
      "microseconds per pose pair, one core; plain = the toolkit's arithmetic in C++ without shortcuts\n");
  std::printf("%-6s %7s %5s %11s %11s %9s %10s %11s %9s\n", "error", "n", "sym", "ours", "plain", "ratio",
              "max diff", "toolkit us", "ratio");
  for (const Published& published : kPublished) {
    bench_distances(published);
  }
  bench_vsd();
  return 0;
}

}  // namespace alidade::bench
