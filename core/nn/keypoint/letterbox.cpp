// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/letterbox.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/nn/object_crop.h"

namespace alidade {
namespace {

/// Means of 2x2 pixels; a last odd row or column repeats the one before.
ImageU8 halved(const ImageU8& image) {
  ImageU8 out((image.width + 1) / 2, (image.height + 1) / 2, image.channels);
  for (int y = 0; y < out.height; ++y) {
    const int top = 2 * y, bottom = std::min(top + 1, image.height - 1);
    for (int x = 0; x < out.width; ++x) {
      const int left = 2 * x, right = std::min(left + 1, image.width - 1);
      for (int c = 0; c < image.channels; ++c) {
        const int sum = image.pixel(left, top)[c] + image.pixel(right, top)[c] +
                        image.pixel(left, bottom)[c] + image.pixel(right, bottom)[c];
        out.pixel(x, y)[c] = static_cast<std::uint8_t>((sum + 2) / 4);
      }
    }
  }
  return out;
}

}  // namespace

Letterbox letterbox(int width, int height, int size_px) {
  const double side = std::max(width, height);
  return {0.5 * (width - side), 0.5 * (height - side), size_px / side, size_px};
}

ImageU8 letterboxed(const ImageU8& image, const Letterbox& box) {
  if (image.width == box.size_px && image.height == box.size_px) {
    return image;
  }
  ImageU8 small = image;
  PixelSquare square{box.left, box.top, box.size_px / box.scale};
  while (square.side >= 2.0 * box.size_px) {
    small = halved(small);
    square = {0.5 * square.left, 0.5 * square.top, 0.5 * square.side};
  }
  return resized_square(small, square, box.size_px);
}

PinholeCamera letterboxed(const PinholeCamera& camera, const Letterbox& box) {
  return {box.size_px,
          box.size_px,
          camera.fx * box.scale,
          camera.fy * box.scale,
          (camera.cx + 0.5 - box.left) * box.scale - 0.5,
          (camera.cy + 0.5 - box.top) * box.scale - 0.5};
}

}  // namespace alidade
