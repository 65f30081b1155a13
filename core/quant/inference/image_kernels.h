// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "core/quant/inference/layer_graph.h"
#include "core/quant/inference/tensor_form.h"

namespace alidade {

// What lies between convolutions. Vectors of any width are chosen when the program runs. Codes are
// round(value * (1 / scale)) + zero, half to even, cut to the grid.

/// [channels][height][width] into float32 pixel by pixel.
void interleave_image(const float* image, const ImageShape& shape, float* out);
/// The same into codes, border and spare channels included.
void interleave_codes(const float* image, const ImageShape& shape, const TensorForm& form, std::uint8_t* out);
/// float32 pixel by pixel into [channels][height][width].
void separate_image(const float* image, const ImageShape& shape, float* out);
/// float32 pixel by pixel into codes, border and spare channels included.
void quantize_image(const float* image, const ImageShape& shape, const TensorForm& form, std::uint8_t* out);
/// Codes into the same codes with another border or stride.
void copy_codes(const std::uint8_t* image, const TensorForm& from, const ImageShape& shape,
                const TensorForm& to, std::uint8_t* out);
/// Writes the border alone.
void fill_border(const ImageShape& shape, const TensorForm& form, std::uint8_t* out);
/// Each pixel four times; `shape` is the result's.
void upsample_image(const float* image, const ImageShape& shape, float* out);

/// The sum of two images pixel by pixel.
struct ImageSum {
  ImageShape shape;
  const float* a = nullptr;
  const float* b = nullptr;
  bool b_is_half = false;  ///< b has half the height and width and is upsampled on the way
  bool relu = false;
  float* out = nullptr;           ///< may be null
  std::uint8_t* codes = nullptr;  ///< may be null
  TensorForm form;                ///< of the codes
};
void add_images(const ImageSum& sum);

}  // namespace alidade
