// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace alidade {

/// The four patches around a pixel and their shares; bilinear between the patches' centers.
struct PatchTaps {
  std::array<int, 4> index{};     ///< row * cols + col
  std::array<double, 4> share{};  ///< sum of 1
};

/// Of pixel (u, v) of a width x height image whose patches lie in a grid of rows x cols: what a bilinear
/// resize of the grid to the image (half-pixel centers, clamped at the border) takes there. (u, v) need not
/// be whole.
inline PatchTaps patch_taps(int rows, int cols, double u, double v, int width, int height) {
  const double x = std::clamp((u + 0.5) * cols / width - 0.5, 0.0, cols - 1.0);
  const double y = std::clamp((v + 0.5) * rows / height - 0.5, 0.0, rows - 1.0);
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const int right = std::min(left + 1, cols - 1), bottom = std::min(top + 1, rows - 1);
  const double along = x - left, down = y - top;
  return {{top * cols + left, top * cols + right, bottom * cols + left, bottom * cols + right},
          {(1.0 - along) * (1.0 - down), along * (1.0 - down), (1.0 - along) * down, along * down}};
}

/// The feature there, of patches with the features `values` [rows][cols][dim]; `out` holds `dim` numbers.
template <class T>
void bilinear_feature(const T* values, int rows, int cols, int dim, double u, double v, int width, int height,
                      T* out) {
  const PatchTaps taps = patch_taps(rows, cols, u, v, width, height);
  for (int i = 0; i < dim; ++i) {
    double sum = 0.0;
    for (int k = 0; k < 4; ++k) {
      sum += taps.share[k] * values[static_cast<std::size_t>(taps.index[k]) * dim + i];
    }
    out[i] = static_cast<T>(sum);
  }
}

/// The features of an image's patches.
struct PatchGrid {
  int rows = 0, cols = 0, dim = 0;
  std::vector<float> values;  ///< [rows][cols][dim]

  /// The feature at a pixel (u right, v down, centers at integers) of the image, bilinear between the
  /// patches' centers, clamped at the border; `out` holds `dim` numbers. Nothing of the image's size is made.
  void at_pixel(double u, double v, int image_width, int image_height, float* out) const {
    bilinear_feature(values.data(), rows, cols, dim, u, v, image_width, image_height, out);
  }
};

}  // namespace alidade
