// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include "core/base/expected.h"
#include "core/data/image.h"

namespace alidade {

/// How two pictures of one size differ. A pixel differs when one of its channels does by more than a
/// tolerance.
struct ImageDifference {
  std::size_t pixels = 0;     ///< of each picture
  std::size_t different = 0;  ///< of these
  int largest = 0;            ///< difference of any channel, of 255
  ImageU8 picture;            ///< RGB: the reference in pale gray, pixels that differ in red

  /// Share of the pixels that differ, 0 to 1.
  double share() const {
    return pixels == 0 ? 0.0 : static_cast<double>(different) / static_cast<double>(pixels);
  }
};

/// Below it lies what other versions of a font or a rounding change at the edges of lines and letters.
inline constexpr int kChannelTolerance = 8;

/// Compares pictures of 3 or 4 channels (RGB, alpha last). kMismatch, with both sizes, when these differ.
Expected<ImageDifference> image_difference(const ImageU8& image, const ImageU8& reference,
                                           int tolerance = kChannelTolerance);

}  // namespace alidade
