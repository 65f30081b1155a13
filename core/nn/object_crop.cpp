// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/object_crop.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace alidade {
namespace {

Error no_crop(const Frame& frame, std::size_t position, const std::string& why) {
  const Instance& instance = frame.instances.at(position);
  return {ErrorCode::kInput, frame.info.name + ", " + instance.category + " " +
                                 std::to_string(instance.index) + ": " + why + "."};
}

/// Two neighbors along one direction and how far between them.
struct Neighbors {
  int low = 0, high = 0;
  float share = 0.0f;
};

std::vector<Neighbors> neighbors_along(double edge, double side, int size_px, int extent) {
  std::vector<Neighbors> all(size_px);
  for (int i = 0; i < size_px; ++i) {
    const double at = std::clamp(edge + (i + 0.5) * side / size_px - 0.5, 0.0, extent - 1.0);
    const int low = static_cast<int>(at);
    all[i] = {low, std::min(low + 1, extent - 1), static_cast<float>(at - low)};
  }
  return all;
}

/// Moves an edge so that the square lies in the image, or in the middle of it.
double moved_inside(double edge, double side, int extent) {
  return side <= extent ? std::clamp(edge, 0.0, extent - side) : 0.5 * (extent - side);
}

}  // namespace

Expected<PixelSquare> object_square(const Frame& frame, std::size_t position, double margin) {
  const ImageU8& color = frame.color;
  if (color.empty() || color.channels != 3) {
    return no_crop(frame, position, "the frame has no color image");
  }
  const ImageU8* mask = position < frame.visible_masks.size() ? &frame.visible_masks[position] : nullptr;
  if (mask == nullptr || mask->width != color.width || mask->height != color.height) {
    return no_crop(frame, position, "its mask is missing or differs in size from the color image");
  }
  int left = color.width, right = -1, top = color.height, bottom = -1;
  for (int y = 0; y < mask->height; ++y) {
    for (int x = 0; x < mask->width; ++x) {
      if (*mask->pixel(x, y) != 0) {
        left = std::min(left, x);
        right = std::max(right, x);
        top = std::min(top, y);
        bottom = y;
      }
    }
  }
  if (right < 0) {
    return no_crop(frame, position, "no pixel of it is visible");
  }
  const double side = std::max(right - left + 1, bottom - top + 1) * (1.0 + 2.0 * margin);
  return PixelSquare{moved_inside(0.5 * (left + right + 1) - 0.5 * side, side, color.width),
                     moved_inside(0.5 * (top + bottom + 1) - 0.5 * side, side, color.height), side};
}

ImageU8 resized_square(const ImageU8& image, const PixelSquare& square, int size_px) {
  const auto along = neighbors_along(square.left, square.side, size_px, image.width);
  const auto down = neighbors_along(square.top, square.side, size_px, image.height);
  ImageU8 out(size_px, size_px, image.channels);
  for (int y = 0; y < size_px; ++y) {
    const auto [top, bottom, lower] = down[y];
    for (int x = 0; x < size_px; ++x) {
      const auto [left, right, share] = along[x];
      const std::uint8_t *a = image.pixel(left, top), *b = image.pixel(right, top);
      const std::uint8_t *c = image.pixel(left, bottom), *d = image.pixel(right, bottom);
      std::uint8_t* to = out.pixel(x, y);
      for (int k = 0; k < image.channels; ++k) {
        const float above = a[k] + share * (b[k] - a[k]), below = c[k] + share * (d[k] - c[k]);
        to[k] = static_cast<std::uint8_t>(above + lower * (below - above) + 0.5f);
      }
    }
  }
  return out;
}

Expected<ObjectCrop> object_crop(const Frame& frame, std::size_t position, int size_px,
                                 const ObjectCropOptions& options) {
  if (size_px < 1 || size_px > 4096) {
    return Error{ErrorCode::kUsage,
                 "a crop has 1 to 4096 pixels a side, not " + std::to_string(size_px) + "."};
  }
  const auto square = object_square(frame, position, options.margin);
  if (!square) {
    return square.error();
  }
  ObjectCrop crop;
  crop.scale = size_px / square->side;
  crop.left = square->left + 0.5 / crop.scale - 0.5;
  crop.top = square->top + 0.5 / crop.scale - 0.5;
  if (!options.mask_out) {
    crop.image = resized_square(frame.color, *square, size_px);
    return crop;
  }
  ImageU8 masked = frame.color;
  const ImageU8& mask = frame.visible_masks[position];
  for (std::size_t i = 0; i < mask.data.size(); ++i) {
    if (mask.data[i] == 0) {
      std::fill_n(masked.data.begin() + static_cast<std::ptrdiff_t>(3 * i), 3, std::uint8_t{0});
    }
  }
  crop.image = resized_square(masked, *square, size_px);
  return crop;
}

}  // namespace alidade
