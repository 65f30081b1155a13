// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/torch/pose_modules.h"
#include "core/ops/point_ops.h"

namespace alidade {
namespace {

Eigen::Vector3f centroid_of(const ObjectPoints& points) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const auto& p : points) {
    sum += p.cast<double>();
  }
  return (sum / static_cast<double>(points.size())).cast<float>();
}

/// Writes neighbor - center, divided by the radius, for every center of one level.
void write_relative(const std::vector<float>& points, const std::vector<std::int32_t>& neighbors, int centers,
                    int k, double radius, float* out) {
  const float scale = static_cast<float>(1.0 / radius);
  for (int c = 0; c < centers; ++c) {
    for (int j = 0; j < k; ++j) {
      const float* neighbor = points.data() + 3 * neighbors[c * k + j];
      const float* center = points.data() + 3 * c;
      for (int d = 0; d < 3; ++d) {
        *out++ = (neighbor[d] - center[d]) * scale;
      }
    }
  }
}

}  // namespace

PointBatch make_point_batch(const PoseNetworkConfig& config, const std::vector<const ObjectPoints*>& clouds) {
  const auto batch = static_cast<std::int64_t>(clouds.size());
  const int c1 = config.centers[0], c2 = config.centers[1], k1 = config.neighbors[0],
            k2 = config.neighbors[1];
  PointBatch out;
  out.relative1 = torch::empty({batch, c1, k1, 3});
  out.relative2 = torch::empty({batch, c2, k2, 3});
  out.index2 = torch::empty({batch * c2 * k2}, torch::kInt64);
  out.centers2 = torch::empty({batch, c2, 3});
  out.centroids = torch::empty({batch, 3});
  std::vector<float> points(3 * static_cast<std::size_t>(config.num_points));
  std::vector<std::int32_t> neighbors1(c1 * k1), neighbors2(c2 * k2);
  for (std::int64_t b = 0; b < batch; ++b) {
    const ObjectPoints& cloud = *clouds[b];
    const Eigen::Vector3f centroid = centroid_of(cloud);
    const Eigen::Vector3f origin = config.center_points ? centroid : Eigen::Vector3f::Zero();
    for (std::size_t i = 0; i < cloud.size(); ++i) {
      Eigen::Map<Eigen::Vector3f>(points.data() + 3 * i) = cloud[i] - origin;
    }
    ball_neighbors(points.data(), config.num_points, c1, static_cast<float>(config.radius_m[0]), k1,
                   neighbors1.data());
    // Level 2 looks among level 1's centers only, which are the first c1 points.
    ball_neighbors(points.data(), c1, c2, static_cast<float>(config.radius_m[1]), k2, neighbors2.data());
    write_relative(points, neighbors1, c1, k1, config.radius_m[0],
                   out.relative1.data_ptr<float>() + b * c1 * k1 * 3);
    write_relative(points, neighbors2, c2, k2, config.radius_m[1],
                   out.relative2.data_ptr<float>() + b * c2 * k2 * 3);
    auto* index = out.index2.data_ptr<std::int64_t>() + b * c2 * k2;
    for (std::size_t i = 0; i < neighbors2.size(); ++i) {
      index[i] = b * c1 + neighbors2[i];
    }
    for (int i = 0; i < 3 * c2; ++i) {
      out.centers2.data_ptr<float>()[b * c2 * 3 + i] =
          points[i] * static_cast<float>(config.translation_scale);
    }
    for (int d = 0; d < 3; ++d) {
      out.centroids.data_ptr<float>()[b * 3 + d] = centroid[d];
    }
  }
  return out;
}

}  // namespace alidade
