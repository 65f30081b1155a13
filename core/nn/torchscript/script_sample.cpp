// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torchscript/script_sample.h"

#include <algorithm>
#include <utility>

#include "core/nn/object_crop.h"

namespace alidade {
namespace {

struct ScriptExample final : ModelExample {
  ScriptSample sample;
};

Expected<void> add_crop(const Frame& frame, std::size_t position, int crop_px,
                        const std::vector<std::uint32_t>& pixels, ScriptSample& sample) {
  auto crop = object_crop(frame, position, crop_px);
  if (!crop) {
    return crop.error();
  }
  const auto width = static_cast<std::uint32_t>(frame.depth.width);
  for (const std::uint32_t pixel : pixels) {
    sample.places.emplace_back(static_cast<float>(crop->column(pixel % width)),
                               static_cast<float>(crop->row(pixel / width)));
  }
  sample.crop = std::move(crop->image);
  return {};
}

}  // namespace

Expected<std::unique_ptr<ModelExample>> script_example(const Frame& frame, std::size_t position,
                                                       const ScriptInputs& inputs, std::uint64_t seed) {
  const Instance& instance = frame.instances.at(position);
  const auto category = std::find(inputs.categories.begin(), inputs.categories.end(), instance.category);
  if (category == inputs.categories.end() && !inputs.categories.empty()) {
    return Error{ErrorCode::kInput,
                 "the block map lists no category \"" + instance.category + "\" among its inputs"};
  }
  auto seen = measured_object_points(frame, position, inputs.points, seed);
  if (!seen) {
    return seen.error();
  }
  auto example = std::make_unique<ScriptExample>();
  ScriptSample& sample = example->sample;
  if (inputs.crop_px > 0) {
    if (auto added = add_crop(frame, position, inputs.crop_px, seen->pixels, sample); !added) {
      return added.error();
    }
  }
  sample.points = std::move(seen->points);
  sample.category = category - inputs.categories.begin();
  const Rigid3 pose = instance.box_cam().frame_from_box;
  sample.R = pose.R;
  sample.t = pose.t;
  sample.size = instance.size;
  if (!instance.symmetry.axes.empty()) {
    sample.axis = instance.symmetry.axes.front().axis;
  }
  return std::unique_ptr<ModelExample>(std::move(example));
}

Expected<std::vector<const ScriptSample*>> script_samples(std::span<const ModelExample* const> batch) {
  std::vector<const ScriptSample*> samples;
  for (const ModelExample* example : batch) {
    const auto* own = dynamic_cast<const ScriptExample*>(example);
    if (own == nullptr) {
      return Error{ErrorCode::kUsage, "an example was made by a network of another architecture."};
    }
    samples.push_back(&own->sample);
  }
  if (samples.empty()) {
    return Error{ErrorCode::kUsage, "the loss of a batch without examples was asked for."};
  }
  return samples;
}

}  // namespace alidade
