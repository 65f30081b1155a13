// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/keypoint_outputs.h"

#include <cmath>
#include <cstddef>

namespace alidade {

std::vector<float> keypoint_planes(const ImageU8& image) {
  const std::size_t pixels = static_cast<std::size_t>(image.width) * image.height;
  std::vector<float> planes(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      planes[c * pixels + i] = static_cast<float>(image.data[3 * i + c]) / 255.0f;
    }
  }
  return planes;
}

std::vector<KeypointVote> decode_votes(std::span<const float> output, int level, const KeypointConfig& config,
                                       double confidence) {
  const int stride = level_stride(level), cells = (config.image_px + stride - 1) / stride;
  const std::size_t plane = static_cast<std::size_t>(cells) * cells;
  const double unit = level_size_px(config, level);
  std::vector<KeypointVote> votes;
  for (std::size_t i = 0; i < plane; ++i) {
    const double sure = 1.0 / (1.0 + std::exp(-static_cast<double>(output[i])));
    if (!(sure >= confidence)) {
      continue;
    }
    const int column = static_cast<int>(i) % cells, row = static_cast<int>(i) / cells;
    KeypointVote vote{level, column, row, sure, {}};
    const Eigen::Vector2d middle((column + 0.5) * stride - 0.5, (row + 0.5) * stride - 0.5);
    for (std::size_t k = 0; k < vote.pixels.size(); ++k) {
      const Eigen::Vector2d offset(output[(1 + 2 * k) * plane + i], output[(2 + 2 * k) * plane + i]);
      vote.pixels[k] = middle + unit * offset;
    }
    votes.push_back(vote);
  }
  return votes;
}

}  // namespace alidade
