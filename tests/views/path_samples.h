// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <memory>
#include <numbers>

#include "core/base/random.h"
#include "core/data/dataset.h"
#include "core/geometry/rotation.h"
#include "core/results/object_samples.h"

namespace alidade::test {

/// K samples of an object that come from far away, at t = 1, to within about `degrees` of the truth, at t =
/// 0.
inline std::shared_ptr<ObjectSamples> pathSamples(const Frame& frame, const Instance& instance, int count,
                                                  int states = 11, double degrees = 4.0) {
  auto samples = std::make_shared<ObjectSamples>();
  samples->name = "exp 1–15";
  samples->frame = frame.index;
  samples->frame_name = frame.info.name;
  samples->instance = instance.index;
  samples->category = instance.category;
  samples->symmetry = instance.symmetry;
  samples->truth = instance.cam_from_obj;
  samples->size = instance.size;
  Random random(7);
  std::vector<Eigen::Vector3d> axes, offsets;
  for (int k = 0; k < count; ++k) {
    axes.emplace_back(random.normal(), random.normal(), random.normal());
    offsets.emplace_back(random.normal(), random.normal(), random.normal());
  }
  const double near = degrees * std::numbers::pi / 180.0;
  for (int i = 0; i < states; ++i) {
    const double t = 1.0 - static_cast<double>(i) / (states - 1);
    const double sigma = 0.01 * std::pow(5000.0, t);
    auto& state = samples->trajectory.emplace_back();
    samples->times.push_back(t);
    for (std::size_t k = 0; k < axes.size(); ++k) {
      const double angle = std::min(std::numbers::pi, (near + sigma - 0.01) * axes[k].norm());
      state.push_back({instance.cam_from_obj.R * rotation_about(axes[k].normalized(), angle),
                       instance.cam_from_obj.t + 0.1 * sigma * offsets[k]});
    }
  }
  samples->samples = samples->trajectory.back();
  return samples;
}

}  // namespace alidade::test
