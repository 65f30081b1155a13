// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/training_sample.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace alidade {
namespace {

bool is_symmetric_about_y(const SymmetryGroup& group) {
  return std::any_of(group.axes.begin(), group.axes.end(),
                     [](const auto& a) { return std::abs(a.axis.y()) > 0.999; });
}

struct PoseExample final : ModelExample {
  explicit PoseExample(TrainingSample s) : sample(std::move(s)) {}
  TrainingSample sample;
};

}  // namespace

Expected<TrainingSample> training_sample(const Frame& frame, std::size_t position, int num_points,
                                         std::uint64_t seed) {
  auto points = object_points(frame, position, num_points, seed);
  if (!points) {
    return points.error();
  }
  const Instance& instance = frame.instances[position];
  const Rigid3 pose = instance.box_cam().frame_from_box;
  TrainingSample sample;
  sample.points = std::move(*points);
  sample.R = pose.R.cast<float>();
  sample.t = pose.t.cast<float>();
  sample.size = instance.size.cast<float>();
  sample.symmetric_y = is_symmetric_about_y(instance.symmetry);
  return sample;
}

Expected<std::unique_ptr<ModelExample>> pose_example(const Frame& frame, std::size_t position, int num_points,
                                                     std::uint64_t seed) {
  auto sample = training_sample(frame, position, num_points, seed);
  if (!sample) {
    return sample.error();
  }
  return std::unique_ptr<ModelExample>(std::make_unique<PoseExample>(std::move(*sample)));
}

Expected<std::vector<const TrainingSample*>> pose_samples(std::span<const ModelExample* const> batch,
                                                          int num_points) {
  std::vector<const TrainingSample*> samples;
  for (const ModelExample* example : batch) {
    const auto* own = dynamic_cast<const PoseExample*>(example);
    if (own == nullptr || own->sample.points.size() != static_cast<std::size_t>(num_points)) {
      return Error{ErrorCode::kUsage, "an example was made by a network of another architecture or size."};
    }
    samples.push_back(&own->sample);
  }
  if (samples.empty()) {
    return Error{ErrorCode::kUsage, "the loss of a batch without examples was asked for."};
  }
  return samples;
}

}  // namespace alidade
