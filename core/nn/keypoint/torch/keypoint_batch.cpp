// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/torch/keypoint_batch.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace alidade {
namespace {

/// What happens to one image.
struct ImageChange {
  float gain = 1.0f, offset = 0.0f, noise = 0.0f;
  int shift_x = 0, shift_y = 0;
};

constexpr std::size_t kNoiseValues = 4096;

/// Standard normal numbers to look up: drawing anew for each of a million values would take as long as a
/// convolution.
const std::array<float, kNoiseValues>& noise_values() {
  static const auto values = [] {
    std::array<float, kNoiseValues> all{};
    Random random(0x6e6f697365ULL);
    for (float& value : all) {
      value = static_cast<float>(random.normal());
    }
    return all;
  }();
  return values;
}

int drawn_shift(Random& random, int greatest) {
  return static_cast<int>(random.index(2 * static_cast<std::uint32_t>(greatest) + 1)) - greatest;
}

ImageChange drawn_change(const KeypointAugmentation& change, Random& random) {
  ImageChange drawn;
  drawn.gain = static_cast<float>(random.uniform(1.0 - change.contrast, 1.0 + change.contrast));
  drawn.offset = static_cast<float>(random.uniform(-change.brightness, change.brightness));
  drawn.noise = static_cast<float>(random.uniform(0.0, change.noise));
  drawn.shift_x = drawn_shift(random, change.shift_px);
  drawn.shift_y = drawn_shift(random, change.shift_px);
  return drawn;
}

/// Writes the planes of an image; `random` is null where there is no noise.
void fill_planes(const ImageU8& image, const ImageChange& change, Random* random, float* planes) {
  const int side = image.width;
  const std::size_t plane = static_cast<std::size_t>(side) * side;
  const auto& normal = noise_values();
  std::uint64_t bits = 0;
  int left = 0;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const std::uint8_t* from = image.pixel(std::clamp(x - change.shift_x, 0, side - 1),
                                             std::clamp(y - change.shift_y, 0, side - 1));
      const std::size_t at = static_cast<std::size_t>(y) * side + x;
      for (int c = 0; c < 3; ++c) {
        float value = static_cast<float>(from[c]) / 255.0f;
        if (random != nullptr) {
          if (left == 0) {
            bits = random->bits();
            left = 5;
          }
          value = value * change.gain + change.offset + change.noise * normal[bits % kNoiseValues];
          value = std::clamp(value, 0.0f, 1.0f);
          bits /= kNoiseValues;
          --left;
        }
        planes[c * plane + at] = value;
      }
    }
  }
}

void fill_mask(const ImageU8& mask, const ImageChange& change, float* plane) {
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      const int from_x = x - change.shift_x, from_y = y - change.shift_y;
      const bool inside = from_x >= 0 && from_x < mask.width && from_y >= 0 && from_y < mask.height;
      plane[y * mask.width + x] = inside && *mask.pixel(from_x, from_y) != 0 ? 1.0f : 0.0f;
    }
  }
}

void fill_truth(const KeypointConfig& config, const KeypointSample& sample, const ImageChange& change,
                std::int64_t row, KeypointBatch& batch) {
  float* pixels = batch.pixels.data_ptr<float>() + row * 16;
  float* corners = batch.corners.data_ptr<float>() + row * 24;
  const auto box = keypoint_corners(config);
  for (std::size_t i = 0; i < box.size(); ++i) {
    pixels[2 * i] = sample.pixels[i].x() + static_cast<float>(change.shift_x);
    pixels[2 * i + 1] = sample.pixels[i].y() + static_cast<float>(change.shift_y);
    const Eigen::Vector3d seen = sample.cam_from_box * box[i];
    std::copy_n(seen.data(), 3, corners + 3 * i);
  }
  batch.size.data_ptr<float>()[row] = sample.size_px;
  const auto weights = level_weights(config, sample.size_px);
  std::copy(weights.begin(), weights.end(), batch.weights.data_ptr<float>() + row * config.levels);
  const PinholeCamera& camera = sample.input.camera;
  const double numbers[] = {camera.fx, camera.fy, camera.cx + change.shift_x, camera.cy + change.shift_y};
  std::copy_n(numbers, 4, batch.camera.data_ptr<float>() + row * 4);
}

}  // namespace

KeypointBatch make_keypoint_batch(const KeypointConfig& config,
                                  const std::vector<const KeypointSample*>& samples,
                                  const KeypointAugmentation& change, Random* augmentation) {
  const auto count = static_cast<std::int64_t>(samples.size());
  const std::int64_t side = config.image_px, plane = side * side;
  KeypointBatch batch{torch::empty({count, 3, side, side}),
                      torch::empty({count, 1, side, side}),
                      torch::empty({count, 8, 2}),
                      torch::empty({count}),
                      torch::empty({count, config.levels}),
                      torch::empty({count, 8, 3}),
                      torch::empty({count, 4})};
  for (std::int64_t row = 0; row < count; ++row) {
    const KeypointSample& sample = *samples[row];
    const ImageChange drawn = augmentation != nullptr ? drawn_change(change, *augmentation) : ImageChange{};
    fill_planes(sample.input.image, drawn, augmentation, batch.images.data_ptr<float>() + row * 3 * plane);
    fill_mask(sample.mask, drawn, batch.masks.data_ptr<float>() + row * plane);
    fill_truth(config, sample, drawn, row, batch);
  }
  return batch;
}

}  // namespace alidade
