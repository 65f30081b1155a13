// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/base/random.h"
#include "core/geometry/so3_statistics.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "core/ops/point_ops.h"

namespace alidade::test {

/// A random cloud in front of the camera, farthest-point order.
inline ObjectPoints random_points(int count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> raw(3 * count);
  for (int i = 0; i < count; ++i) {
    raw[3 * i] = static_cast<float>(random.uniform(-0.05, 0.05) + 0.1);
    raw[3 * i + 1] = static_cast<float>(random.uniform(-0.08, 0.08));
    raw[3 * i + 2] = static_cast<float>(random.uniform(-0.03, 0.03) + 0.8);
  }
  std::vector<std::int32_t> order(count);
  farthest_point_order(raw.data(), count, count, order.data());
  ObjectPoints points(count);
  for (int i = 0; i < count; ++i) {
    points[i] = Eigen::Map<const Eigen::Vector3f>(raw.data() + 3 * order[i]);
  }
  return points;
}

/// Samples with random rotations; every third is symmetric about y.
inline std::vector<TrainingSample> random_samples(const PoseNetworkConfig& config, int count) {
  std::vector<TrainingSample> samples;
  Random random(7);
  for (int i = 0; i < count; ++i) {
    TrainingSample sample;
    sample.points = random_points(config.num_points, 100 + i);
    sample.R = uniform_rotation(random.uniform(), random.uniform(), random.uniform()).cast<float>();
    sample.t = Eigen::Vector3f(0.1f, 0.0f, 0.8f) + 0.01f * Eigen::Vector3f::Random();
    sample.size = Eigen::Vector3f(0.10f, 0.16f, 0.06f);
    sample.symmetric_y = i % 3 == 0;
    samples.push_back(std::move(sample));
  }
  return samples;
}

/// Pointers to all of them: one batch.
inline std::vector<const TrainingSample*> all(const std::vector<TrainingSample>& samples) {
  std::vector<const TrainingSample*> out;
  for (const auto& sample : samples) {
    out.push_back(&sample);
  }
  return out;
}

}  // namespace alidade::test
