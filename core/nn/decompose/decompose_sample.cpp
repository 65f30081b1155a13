// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/decompose_sample.h"

#include <utility>

#include "core/nn/object_crop.h"

namespace alidade {
namespace {

struct DecomposeExample final : ModelExample {
  explicit DecomposeExample(DecomposeSample s) : sample(std::move(s)) {}
  DecomposeSample sample;
};

bool fits(const DecomposeInput& input, const DecomposeConfig& config) {
  const bool colored = config.color != ColorSource::kNone;
  return input.points.size() == static_cast<std::size_t>(config.num_points) &&
         colored == (input.patches != nullptr) && (!colored || input.patches->dim == config.image_width);
}

}  // namespace

DecomposeSampler::DecomposeSampler(const DecomposeConfig& config, std::shared_ptr<ImageEncoder> encoder)
    : num_points_(config.num_points),
      crop_px_(config.crop_px),
      encoder_(config.color == ColorSource::kNone ? nullptr : std::move(encoder)) {}

Expected<DecomposeInput> DecomposeSampler::input(const Frame& frame, std::size_t position,
                                                 std::uint64_t seed) const {
  auto seen = measured_object_points(frame, position, num_points_, seed);
  if (!seen) {
    return seen.error();
  }
  DecomposeInput input;
  input.category = frame.instances[position].category;
  input.points = std::move(seen->points);
  if (encoder_ == nullptr) {
    return input;
  }
  const auto crop = object_crop(frame, position, crop_px_);
  if (!crop) {
    return crop.error();
  }
  auto patches = encoder_->encode(crop->image);
  if (!patches) {
    return patches.error();
  }
  input.patches = std::make_shared<const PatchGrid>(std::move(*patches));
  const auto width = static_cast<std::uint32_t>(frame.depth.width);
  for (const std::uint32_t pixel : seen->pixels) {
    input.places.emplace_back(static_cast<float>(crop->column(pixel % width)),
                              static_cast<float>(crop->row(pixel / width)));
  }
  return input;
}

Expected<DecomposeSample> DecomposeSampler::sample(const Frame& frame, std::size_t position,
                                                   std::uint64_t seed) const {
  auto seen = input(frame, position, seed);
  if (!seen) {
    return seen.error();
  }
  const Instance& instance = frame.instances[position];
  const Rigid3 pose = instance.box_cam().frame_from_box;
  return DecomposeSample{std::move(*seen), pose.R, pose.t, instance.size, instance.symmetry};
}

std::unique_ptr<ModelExample> decompose_example(DecomposeSample sample) {
  return std::make_unique<DecomposeExample>(std::move(sample));
}

Expected<std::vector<const DecomposeSample*>> decompose_samples(std::span<const ModelExample* const> batch,
                                                                const DecomposeConfig& config) {
  std::vector<const DecomposeSample*> samples;
  for (const ModelExample* example : batch) {
    const auto* own = dynamic_cast<const DecomposeExample*>(example);
    if (own == nullptr || !fits(own->sample.input, config)) {
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
