// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/data/image.h"
#include "core/geometry/camera.h"

namespace alidade {

/// How a frame becomes the square that a network looks at: its longer side fills it, it lies in the middle,
/// and the border's own colors continue beyond it. A frame of that very size stays as it is.
struct Letterbox {
  double left = 0.0, top = 0.0;  ///< of the square in the frame, by its edges: pixel k covers k to k + 1
  double scale = 1.0;            ///< pixels of the square per pixel of the frame
  int size_px = 0;

  /// Where a pixel of the square lies in the frame; pixel centers at integers in both.
  double frame_u(double u) const { return (u + 0.5) / scale + left - 0.5; }
  double frame_v(double v) const { return (v + 0.5) / scale + top - 0.5; }
};

Letterbox letterbox(int width, int height, int size_px);

/// The image in the square: averaged by halves while it is twice too large, then bilinear.
ImageU8 letterboxed(const ImageU8& image, const Letterbox& box);

/// The camera that sees the square.
PinholeCamera letterboxed(const PinholeCamera& camera, const Letterbox& box);

}  // namespace alidade
