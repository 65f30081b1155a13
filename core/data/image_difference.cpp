// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/image_difference.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace alidade {
namespace {

std::string size_text(const ImageU8& image) {
  return std::to_string(image.width) + " x " + std::to_string(image.height) + " pixels";
}

/// Largest difference of a channel.
int distance(const std::uint8_t* a, const std::uint8_t* b, int channels) {
  int largest = 0;
  for (int c = 0; c < channels; ++c) {
    largest = std::max(largest, std::abs(a[c] - b[c]));
  }
  return largest;
}

std::uint8_t pale_gray(const std::uint8_t* rgb) {
  constexpr int kRed = 77, kGreen = 150, kBlue = 29;  // of 256: ITU-R BT.601
  const int gray = (kRed * rgb[0] + kGreen * rgb[1] + kBlue * rgb[2]) / 256;
  return static_cast<std::uint8_t>(255 - (255 - gray) / 4);
}

}  // namespace

Expected<ImageDifference> image_difference(const ImageU8& image, const ImageU8& reference, int tolerance) {
  if (image.width != reference.width || image.height != reference.height) {
    return Error{ErrorCode::kMismatch,
                 "the picture has " + size_text(image) + ", the reference " + size_text(reference) + "."};
  }
  if (image.channels != reference.channels || image.channels < 3) {
    return Error{ErrorCode::kFailed, "pictures of different channels cannot be compared."};
  }
  constexpr std::uint8_t kDifferent[3] = {214, 39, 40};
  ImageDifference found;
  found.picture = ImageU8(image.width, image.height, 3);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const std::uint8_t* wanted = reference.pixel(x, y);
      const int largest = distance(image.pixel(x, y), wanted, image.channels);
      const bool differs = largest > tolerance;
      ++found.pixels;
      found.different += differs ? 1 : 0;
      found.largest = std::max(found.largest, largest);
      std::uint8_t* shown = found.picture.pixel(x, y);
      for (int c = 0; c < 3; ++c) {
        shown[c] = differs ? kDifferent[c] : pale_gray(wanted);
      }
    }
  }
  return found;
}

}  // namespace alidade
