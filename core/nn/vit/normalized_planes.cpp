// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/vit/image_encoder.h"

namespace alidade {

std::vector<float> normalized_planes(const ImageU8& image) {
  constexpr float kMean[] = {0.485f, 0.456f, 0.406f}, kDeviation[] = {0.229f, 0.224f, 0.225f};
  const std::size_t pixels = static_cast<std::size_t>(image.width) * image.height;
  std::vector<float> planes(3 * pixels);
  for (std::size_t c = 0; c < 3; ++c) {
    float* plane = planes.data() + c * pixels;
    const float factor = 1.0f / (255.0f * kDeviation[c]), offset = kMean[c] / kDeviation[c];
    for (std::size_t i = 0; i < pixels; ++i) {
      plane[i] = static_cast<float>(image.data[3 * i + c]) * factor - offset;
    }
  }
  return planes;
}

}  // namespace alidade
