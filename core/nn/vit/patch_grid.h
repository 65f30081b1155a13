// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace alidade {

/// The feature at pixel (u, v) of a width x height image whose patches have the features `values`
/// [rows][cols][dim]: what a bilinear resize of the grid to the image (half-pixel centers, clamped at the
/// border) has there. (u, v) need not be whole. `out` holds `dim` numbers.
template <class T>
void bilinear_feature(const T* values, int rows, int cols, int dim, double u, double v, int width, int height,
                      T* out) {
  const double x = std::clamp((u + 0.5) * cols / width - 0.5, 0.0, cols - 1.0);
  const double y = std::clamp((v + 0.5) * rows / height - 0.5, 0.0, rows - 1.0);
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const int right = std::min(left + 1, cols - 1), bottom = std::min(top + 1, rows - 1);
  const T along = static_cast<T>(x - left), down = static_cast<T>(y - top);
  const auto cell = [&](int row, int col) {
    return values + (static_cast<std::size_t>(row) * cols + col) * dim;
  };
  const T *a = cell(top, left), *b = cell(top, right), *c = cell(bottom, left), *d = cell(bottom, right);
  for (int i = 0; i < dim; ++i) {
    const T upper = a[i] + along * (b[i] - a[i]), lower = c[i] + along * (d[i] - c[i]);
    out[i] = upper + down * (lower - upper);
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
