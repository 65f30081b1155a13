// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace alidade {

/// A raster, row-major, channels interleaved. Color is RGB; depth is z in metres with 0 = no measurement.
template <class T>
struct Image {
  int width = 0;
  int height = 0;
  int channels = 0;
  std::vector<T> data;

  Image() = default;
  Image(int w, int h, int c, T fill = T{})
      : width(w), height(h), channels(c), data(static_cast<std::size_t>(w) * h * c, fill) {}

  bool empty() const { return data.empty(); }
  T* pixel(int x, int y) { return data.data() + (static_cast<std::size_t>(y) * width + x) * channels; }
  const T* pixel(int x, int y) const {
    return data.data() + (static_cast<std::size_t>(y) * width + x) * channels;
  }
};

using ImageU8 = Image<std::uint8_t>;
using ImageU16 = Image<std::uint16_t>;
using ImageF = Image<float>;

}  // namespace alidade
