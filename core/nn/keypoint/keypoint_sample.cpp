// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/keypoint_sample.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/nn/keypoint/letterbox.h"

namespace alidade {
namespace {

struct KeypointExample final : ModelExample {
  explicit KeypointExample(KeypointSample s) : sample(std::move(s)) {}
  KeypointSample sample;
};

Error no_keypoints(const Frame& frame, const std::string& why) {
  return {ErrorCode::kInput, frame.info.name + ": " + why + "."};
}

/// Longer side of the hull.
float apparent_size(const std::array<Eigen::Vector2f, 8>& pixels) {
  Eigen::Vector2f low = pixels[0], high = pixels[0];
  for (const Eigen::Vector2f& pixel : pixels) {
    low = low.cwiseMin(pixel);
    high = high.cwiseMax(pixel);
  }
  return (high - low).maxCoeff();
}

}  // namespace

Expected<KeypointInput> keypoint_input(const Frame& frame, const KeypointConfig& config) {
  if (frame.color.empty() || frame.color.channels != 3) {
    return no_keypoints(frame, "it has no color image");
  }
  if (!frame.camera.valid()) {
    return no_keypoints(frame, "its camera is not known");
  }
  const Letterbox box = letterbox(frame.color.width, frame.color.height, config.image_px);
  return KeypointInput{letterboxed(frame.color, box), letterboxed(frame.camera, box)};
}

Expected<void> check_keypoint_category(const Frame& frame, std::size_t position, const std::string& category,
                                       const KeypointConfig& config) {
  const std::string& seen = category.empty() ? frame.instances.at(position).category : category;
  if (seen != config.object.category) {
    return no_keypoints(frame,
                        "the network finds \"" + config.object.category + "\", this is \"" + seen + "\"");
  }
  return {};
}

Expected<KeypointSample> keypoint_sample(const Frame& frame, std::size_t position,
                                         const KeypointConfig& config) {
  const Instance& instance = frame.instances.at(position);
  if (auto known = check_keypoint_category(frame, position, {}, config); !known) {
    return known.error();
  }
  auto input = keypoint_input(frame, config);
  if (!input) {
    return input.error();
  }
  const ImageU8* mask = position < frame.visible_masks.size() ? &frame.visible_masks[position] : nullptr;
  if (mask == nullptr || mask->width != frame.color.width || mask->height != frame.color.height) {
    return no_keypoints(frame, "its mask is missing or differs in size from the color image");
  }
  KeypointSample sample;
  sample.mask = letterboxed(*mask, letterbox(mask->width, mask->height, config.image_px));
  for (std::uint8_t& value : sample.mask.data) {
    value = value >= 128 ? 255 : 0;
  }
  if (std::none_of(sample.mask.data.begin(), sample.mask.data.end(), [](std::uint8_t v) { return v != 0; })) {
    return no_keypoints(frame, "no pixel of the object is visible");
  }
  sample.cam_from_box = instance.box_cam().frame_from_box;
  const auto corners = keypoint_corners(config);
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const auto pixel = input->camera.project(sample.cam_from_box * corners[i]);
    if (!pixel) {
      return no_keypoints(frame, "a corner of the object's box is not in front of the camera");
    }
    sample.pixels[i] = pixel->cast<float>();
  }
  sample.size_px = std::max(1.0f, apparent_size(sample.pixels));
  sample.input = std::move(*input);
  return sample;
}

std::unique_ptr<ModelExample> keypoint_example(KeypointSample sample) {
  return std::make_unique<KeypointExample>(std::move(sample));
}

Expected<std::vector<const KeypointSample*>> keypoint_samples(std::span<const ModelExample* const> batch,
                                                              const KeypointConfig& config) {
  std::vector<const KeypointSample*> samples;
  for (const ModelExample* example : batch) {
    const auto* own = dynamic_cast<const KeypointExample*>(example);
    if (own == nullptr || own->sample.input.image.width != config.image_px) {
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
