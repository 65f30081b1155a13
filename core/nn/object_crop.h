// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include "core/base/expected.h"
#include "core/data/dataset.h"
#include "core/data/image.h"

namespace alidade {

/// A square part of an image, by its edges: pixel k covers k to k + 1. It may reach beyond the image.
struct PixelSquare {
  double left = 0.0, top = 0.0, side = 0.0;
};

/// The square around what is seen of an object: the longer side of its visible mask's box with `margin` of
/// that added on every side, moved into the image where it fits. Errors (kInput): no color, no mask or one of
/// another size, no visible pixel.
Expected<PixelSquare> object_square(const Frame& frame, std::size_t position, double margin);

/// The square as size x size pixels: bilinear between pixel centers, beyond the border the border's own.
ImageU8 resized_square(const ImageU8& image, const PixelSquare& square, int size_px);

/// What is seen of one object, as an image encoder takes it.
struct ObjectCrop {
  ImageU8 image;                              ///< size x size, RGB
  double left = 0.0, top = 0.0, scale = 1.0;  ///< crop pixel = (frame pixel - left or top) * scale

  /// Where a pixel of the frame lies in the crop; pixel centers at integers in both.
  double column(double u) const { return (u - left) * scale; }
  double row(double v) const { return (v - top) * scale; }
};

struct ObjectCropOptions {
  double margin = 0.1;    ///< on every side, share of the longer side of the mask's box
  bool mask_out = false;  ///< black outside the visible mask; AG-Pose keeps the background
};

/// The square around an object, resized. Errors as object_square(), and kUsage for a size out of 1 to 4096.
Expected<ObjectCrop> object_crop(const Frame& frame, std::size_t position, int size_px,
                                 const ObjectCropOptions& options = {});

}  // namespace alidade
