// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/torch/training_batch.h"

#include <cmath>

namespace alidade {
namespace {

Eigen::Matrix3f small_turn(Random& random, const TrainerOptions& options) {
  const Eigen::Vector3d turn(random.normal() * options.tilt_rad, random.normal() * options.tilt_rad,
                             random.normal() * options.roll_rad);
  const double angle = turn.norm();
  return (angle < 1e-12 ? Eigen::Matrix3d::Identity().eval() : rotation_about(turn / angle, angle))
      .cast<float>();
}

void copy_matrix(const Eigen::Matrix3f& R, float* out) {
  for (int i = 0; i < 9; ++i) {
    out[i] = R(i / 3, i % 3);
  }
}

}  // namespace

std::vector<const ObjectPoints*> TrainingBatch::cloud_pointers() const {
  std::vector<const ObjectPoints*> pointers;
  for (const auto& cloud : clouds) {
    pointers.push_back(&cloud);
  }
  return pointers;
}

TrainingBatch make_training_batch(const std::vector<const TrainingSample*>& batch,
                                  const TrainerOptions& options, Random* random) {
  const auto count = static_cast<std::int64_t>(batch.size());
  TrainingBatch out;
  out.clouds.reserve(batch.size());
  out.target.R = torch::empty({count, 3, 3});
  out.target.translation = torch::empty({count, 3});
  out.target.log_size = torch::empty({count, 3});
  out.target.symmetric = torch::empty({count}, torch::kBool);
  out.target.category = torch::empty({count}, torch::kInt64);
  for (std::int64_t b = 0; b < count; ++b) {
    const TrainingSample& sample = *batch[b];
    Eigen::Vector3f centroid = Eigen::Vector3f::Zero();
    for (const auto& p : sample.points) {
      centroid += p;
    }
    centroid /= static_cast<float>(sample.points.size());
    Eigen::Matrix3f turn = Eigen::Matrix3f::Identity();
    float scale = 1.0f;
    if (random) {
      turn = small_turn(*random, options);
      scale = static_cast<float>(1.0 + random->uniform(-options.scale_range, options.scale_range));
    }
    ObjectPoints cloud(sample.points.size());
    for (std::size_t i = 0; i < cloud.size(); ++i) {
      cloud[i] = centroid + scale * (turn * (sample.points[i] - centroid));
      if (random) {
        const float jitter = static_cast<float>(options.jitter_m);
        cloud[i] += jitter * Eigen::Vector3f(static_cast<float>(random->normal()),
                                             static_cast<float>(random->normal()),
                                             static_cast<float>(random->normal()));
      }
    }
    out.clouds.push_back(std::move(cloud));
    copy_matrix(turn * sample.R, out.target.R.data_ptr<float>() + 9 * b);
    const Eigen::Vector3f translation = scale * (turn * (sample.t - centroid));
    for (int d = 0; d < 3; ++d) {
      out.target.translation.data_ptr<float>()[3 * b + d] = translation[d];
      out.target.log_size.data_ptr<float>()[3 * b + d] = std::log(10.0f * scale * sample.size[d]);
    }
    out.target.symmetric.data_ptr<bool>()[b] = sample.symmetric_y;
    out.target.category.data_ptr<std::int64_t>()[b] = sample.category;
  }
  return out;
}

torch::Tensor rotation_errors(const torch::Tensor& R, const TargetBatch& target) {
  const auto truth = target.R.unsqueeze(1);
  const auto trace_cosine = ((R * truth).sum({2, 3}) - 1.0) / 2.0;
  const auto axis_cosine = (R.select(3, 1) * truth.select(3, 1)).sum(2);
  return torch::where(target.symmetric.unsqueeze(1), axis_cosine, trace_cosine)
      .clamp(-1.0 + 1e-5, 1.0 - 1e-5)
      .acos();
}

torch::Tensor clean_state(const PoseNetworkConfig& config, const TargetBatch& target) {
  const int first = config.sixd_order == SixDOrder::kXY ? 0 : 1;
  return torch::cat({target.R.select(2, first), target.R.select(2, 1 - first),
                     target.translation * config.translation_scale},
                    1);
}

void fill_normal(torch::Tensor& tensor, Random& random) {
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    values[i] = static_cast<float>(random.normal());
  }
}

NoiseDraws draw_noise(const PoseNetworkConfig& config, std::int64_t objects, std::int64_t draws,
                      Random& random, const std::array<double, 2>& times) {
  const VeSde sde{config.sigma_min, config.sigma_max};
  NoiseDraws out{torch::empty({objects, draws}), torch::empty({objects, draws, 1}),
                 torch::empty({objects, draws, 9})};
  for (std::int64_t i = 0; i < objects * draws; ++i) {
    const double t = random.uniform(sde.epsilon + times[0] * (1.0 - sde.epsilon),
                                    sde.epsilon + times[1] * (1.0 - sde.epsilon));
    out.time.data_ptr<float>()[i] = static_cast<float>(t);
    out.sigma.data_ptr<float>()[i] = static_cast<float>(sde.sigma(t));
  }
  fill_normal(out.z, random);
  return out;
}

}  // namespace alidade
