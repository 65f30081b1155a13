// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "core/base/random.h"
#include "core/evaluation/nocs/nocs_sweep.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"
#include "tests/bench/bench_clock.h"
#include "tests/bench/evaluation_bench.h"
#include "tests/bench/nocs_reference.h"

namespace alidade::bench {
namespace {

constexpr int kInstances = 6;

double sweep_ms(const EvaluationInput& input, NocsOverlap form) {
  return median_ms(5, [&] {
    const auto all = nocs_candidates(input, {form}, {});
    const auto curves = nocs_curves(*all, full_nocs_grid(), {});
    if (!(curves->pose(NocsMeasure::kAp, 0, 60, 20) >= 0.0)) {
      std::printf("no value\n");
    }
  });
}

double largest_difference(const NocsCurves& a, const NocsCurves& b) {
  double largest = 0.0;
  const NocsGrid& grid = a.grid();
  for (std::size_t row = 0; row <= a.classes(); ++row) {
    for (std::size_t i = 0; i < grid.overlaps.size(); ++i) {
      largest = std::max(largest,
                         std::abs(a.overlap(NocsMeasure::kAp, row, i) - b.overlap(NocsMeasure::kAp, row, i)));
    }
    for (std::size_t d = 0; d < grid.degrees.size(); ++d) {
      for (std::size_t c = 0; c < grid.centimetres.size(); ++c) {
        largest = std::max(
            largest, std::abs(a.pose(NocsMeasure::kAp, row, d, c) - b.pose(NocsMeasure::kAp, row, d, c)));
      }
    }
  }
  return largest;
}

/// The scripts' loops, ported: the part of the gain that is not the language's.
void compare_with_port() {
  constexpr int kImages = 320;
  const EvaluationInput input = synthetic_set(kImages);
  const auto all = nocs_candidates(input, {}, {});
  const NocsGrid grid = full_nocs_grid();
  const double ours = median_ms(5, [&] { (void)nocs_curves(*all, grid, {}); });
  const double port = median_ms(3, [&] { (void)reference_sweep(*all, grid); });
  const double difference = largest_difference(*nocs_curves(*all, grid, {}), reference_sweep(*all, grid));
  std::printf(
      "sweep without the comparison of pairs, %d images: ours %.4f, the scripts' loops in C++ %.4f "
      "ms/image (%.0fx), largest AP difference %.1e\n",
      kImages, ours / kImages, port / kImages, port / ours, difference);
}

}  // namespace

EvaluationInput synthetic_set(int images) {
  Random random(5);
  EvaluationInput input;
  input.categories = {"bottle", "bowl", "camera", "can", "laptop", "mug"};
  for (int image = 0; image < images; ++image) {
    input.images.emplace_back();
    input.images.back().name = std::to_string(image);
    for (int i = 0; i < kInstances; ++i) {
      PoseRow truth;
      truth.image = static_cast<std::uint32_t>(image);
      truth.category = random.index(kInstances);
      truth.handle_visible = random.uniform() < 0.7;
      const double u1 = random.uniform();
      const double u2 = random.uniform();
      truth.cam_from_obj.R = uniform_rotation(u1, u2, random.uniform());
      truth.cam_from_obj.t = {random.uniform(-0.3, 0.3), random.uniform(-0.2, 0.2), random.uniform(0.5, 1.3)};
      truth.size = {random.uniform(0.05, 0.2), random.uniform(0.05, 0.2), random.uniform(0.05, 0.2)};
      PoseRow estimate = truth;
      const Eigen::Vector3d axis = uniform_rotation(u2, u1, 0.5).col(0);
      estimate.cam_from_obj.R *= rotation_about(axis, 0.2 * random.uniform() * random.uniform());
      estimate.cam_from_obj.t += 0.06 * random.uniform() * random.uniform() * axis;
      estimate.size *= random.uniform(0.9, 1.1);
      estimate.score = random.uniform();
      input.truth.rows.push_back(truth);
      input.predictions.rows.push_back(estimate);
    }
  }
  return input;
}

int bench_nocs() {
  constexpr double kPublishedMs = 70.0;  // the better of the published scripts on 320 x 6, ms per image
  std::printf("full sweep, 101 overlaps x 62 degrees x 22 cm, %d instances per image, one core\n",
              kInstances);
  std::printf("%-16s %8s %12s %12s %18s\n", "form", "images", "ms", "ms/image", "published/ours");
  for (const NocsOverlap form : {NocsOverlap::kLegacy, NocsOverlap::kHull, NocsOverlap::kExact}) {
    for (const int images : {160, 320, 640}) {
      const double ms = sweep_ms(synthetic_set(images), form);
      std::printf("%-16s %8d %12.2f %12.4f %17.0fx\n", nocs_overlap_name(form).c_str(), images, ms,
                  ms / images, kPublishedMs * images / ms);
    }
  }
  std::printf("the published scripts: 70 to 78 ms/image on the same kind of set (legacy form only)\n");
  compare_with_port();
  return 0;
}

}  // namespace alidade::bench
