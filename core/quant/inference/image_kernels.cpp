// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/image_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

// Built once per instruction set: this file includes itself.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/inference/image_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace alidade {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Multiplication, addition and bounds that make codes of numbers.
struct CodeRounding {
  float inverse, zero, largest;

  explicit CodeRounding(const CodeGrid& grid)
      : inverse(1.0F / grid.scale),
        zero(static_cast<float>(grid.zero)),
        largest(static_cast<float>(grid.largest())) {}

  /// 0 for what is no number.
  std::uint8_t one(float value) const {
    const float code = std::nearbyint(value * inverse) + zero;
    return static_cast<std::uint8_t>(std::min(std::max(0.0F, code), largest));
  }
  template <class D, class V>
  HWY_INLINE auto vector(D d, V value) const {
    const auto low = hn::Set(d, -zero), high = hn::Set(d, largest - zero);
    const auto cut = hn::Min(hn::Max(hn::Mul(value, hn::Set(d, inverse)), low), high);
    const hn::RebindToSigned<D> di;
    const auto code = hn::Add(hn::NearestInt(cut), hn::Set(di, static_cast<std::int32_t>(zero)));
    return hn::DemoteTo(hn::Rebind<std::uint8_t, D>(), code);
  }
};

void QuantizeRun(const float* values, std::size_t count, const CodeRounding& rounding, std::uint8_t* codes) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(rounding.vector(d, hn::LoadU(d, values + i)), d8, codes + i);
  }
  for (; i < count; ++i) {
    codes[i] = rounding.one(values[i]);
  }
}

void QuantizeRows(const float* image, const ImageShape& shape, const TensorForm& form, std::uint8_t* out) {
  const CodeRounding rounding(form.grid);
  const std::size_t row_bytes = static_cast<std::size_t>(shape.width + 2 * form.border) * form.stride;
  const std::size_t row = static_cast<std::size_t>(shape.width) * shape.channels;
  for (int y = 0; y < shape.height; ++y) {
    const float* from = image + y * row;
    std::uint8_t* to =
        out + (y + form.border) * row_bytes + static_cast<std::size_t>(form.border) * form.stride;
    if (form.stride == shape.channels) {
      QuantizeRun(from, row, rounding, to);
      continue;
    }
    for (int x = 0; x < shape.width; ++x, from += shape.channels, to += form.stride) {
      QuantizeRun(from, shape.channels, rounding, to);
      std::memset(to + shape.channels, 0, static_cast<std::size_t>(form.stride - shape.channels));
    }
  }
}

/// A row of an image with three planes into pixels of three codes, or of four, the last of them 0.
void InterleaveColorRow(const float* plane, std::size_t plane_step, std::size_t count,
                        const CodeRounding& rounding, std::size_t stride, std::uint8_t* out) {
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  for (; i + lanes <= count; i += lanes) {
    const auto r = rounding.vector(d, hn::LoadU(d, plane + i));
    const auto g = rounding.vector(d, hn::LoadU(d, plane + plane_step + i));
    const auto b = rounding.vector(d, hn::LoadU(d, plane + 2 * plane_step + i));
    if (stride == 4) {
      hn::StoreInterleaved4(r, g, b, hn::Zero(d8), d8, out + 4 * i);
    } else {
      hn::StoreInterleaved3(r, g, b, d8, out + 3 * i);
    }
  }
#endif
  for (; i < count; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      out[stride * i + c] = rounding.one(plane[c * plane_step + i]);
    }
    if (stride == 4) {
      out[4 * i + 3] = 0;
    }
  }
}

void InterleaveRows(const float* image, const ImageShape& shape, const TensorForm& form, std::uint8_t* out) {
  const CodeRounding rounding(form.grid);
  const std::size_t row_bytes = static_cast<std::size_t>(shape.width + 2 * form.border) * form.stride;
  for (int y = 0; y < shape.height; ++y) {
    const float* from = image + static_cast<std::size_t>(y) * shape.width;
    std::uint8_t* to =
        out + (y + form.border) * row_bytes + static_cast<std::size_t>(form.border) * form.stride;
    if (shape.channels == 3 && form.stride <= 4) {
      InterleaveColorRow(from, shape.pixels(), shape.width, rounding, form.stride, to);
      continue;
    }
    for (int x = 0; x < shape.width; ++x, to += form.stride) {
      for (int c = 0; c < form.stride; ++c) {
        to[c] = c < shape.channels ? rounding.one(from[c * shape.pixels() + x]) : 0;
      }
    }
  }
}

template <bool kRelu, bool kOut, bool kCodes>
void AddRun(const float* a, const float* b, std::size_t count, const CodeRounding& rounding, float* out,
            std::uint8_t* codes) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    auto sum = hn::Add(hn::LoadU(d, a + i), hn::LoadU(d, b + i));
    if (kRelu) {
      sum = hn::Max(sum, hn::Zero(d));
    }
    if (kOut) {
      hn::StoreU(sum, d, out + i);
    }
    if (kCodes) {
      hn::StoreU(rounding.vector(d, sum), d8, codes + i);
    }
  }
  for (; i < count; ++i) {
    const float sum = kRelu ? std::max(0.0F, a[i] + b[i]) : a[i] + b[i];
    if (kOut) {
      out[i] = sum;
    }
    if (kCodes) {
      codes[i] = rounding.one(sum);
    }
  }
}

template <bool kRelu, bool kOut, bool kCodes>
void AddRowsAs(const ImageSum& s) {
  const CodeRounding rounding(kCodes ? s.form.grid : CodeGrid{1.0F, 0, 8});
  const std::size_t channels = static_cast<std::size_t>(s.shape.channels);
  const std::size_t row = channels * s.shape.width;
  const int stride = s.form.stride, border = s.form.border;
  const std::size_t row_bytes = static_cast<std::size_t>(s.shape.width + 2 * border) * stride;
  const bool whole_rows = !s.b_is_half && (!kCodes || stride == s.shape.channels);
  for (int y = 0; y < s.shape.height; ++y) {
    const float* a = s.a + y * row;
    const float* b = s.b + (s.b_is_half ? (y / 2) * (row / 2) : y * row);
    float* out = kOut ? s.out + y * row : nullptr;
    std::uint8_t* codes = kCodes ? s.codes + (y + border) * row_bytes + border * stride : nullptr;
    if (whole_rows) {
      AddRun<kRelu, kOut, kCodes>(a, b, row, rounding, out, codes);
      continue;
    }
    for (int x = 0; x < s.shape.width; ++x) {
      AddRun<kRelu, kOut, kCodes>(a + x * channels, b + (s.b_is_half ? x / 2 : x) * channels, channels,
                                  rounding, kOut ? out + x * channels : nullptr,
                                  kCodes ? codes + x * stride : nullptr);
      if (kCodes && stride > s.shape.channels) {
        std::memset(codes + x * stride + channels, 0, stride - channels);
      }
    }
  }
}

template <bool kRelu>
void AddRowsBehind(const ImageSum& sum) {
  if (sum.out != nullptr && sum.codes != nullptr) {
    AddRowsAs<kRelu, true, true>(sum);
  } else if (sum.codes != nullptr) {
    AddRowsAs<kRelu, false, true>(sum);
  } else {
    AddRowsAs<kRelu, true, false>(sum);
  }
}

void AddRows(const ImageSum& sum) {
  sum.relu ? AddRowsBehind<true>(sum) : AddRowsBehind<false>(sum);
}

void InterleaveFloats(const float* image, const ImageShape& shape, float* out) {
  const std::size_t pixels = shape.pixels();
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  if (shape.channels == 3) {
    const hn::ScalableTag<float> d;
    const std::size_t lanes = hn::Lanes(d);
    for (; i + lanes <= pixels; i += lanes) {
      hn::StoreInterleaved3(hn::LoadU(d, image + i), hn::LoadU(d, image + pixels + i),
                            hn::LoadU(d, image + 2 * pixels + i), d, out + 3 * i);
    }
  }
#endif
  for (; i < pixels; ++i) {
    for (int c = 0; c < shape.channels; ++c) {
      out[i * shape.channels + c] = image[c * pixels + i];
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace alidade
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace alidade {

HWY_EXPORT(QuantizeRows);
HWY_EXPORT(InterleaveRows);
HWY_EXPORT(AddRows);
HWY_EXPORT(InterleaveFloats);

void interleave_image(const float* image, const ImageShape& shape, float* out) {
  HWY_DYNAMIC_DISPATCH(InterleaveFloats)(image, shape, out);
}

void interleave_codes(const float* image, const ImageShape& shape, const TensorForm& form,
                      std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(InterleaveRows)(image, shape, form, out);
  fill_border(shape, form, out);
}

void separate_image(const float* image, const ImageShape& shape, float* out) {
  const std::size_t pixels = shape.pixels();
  // Blocks of pixels stay in the nearest cache while each channel is collected.
  constexpr std::size_t kBlock = 64;
  for (std::size_t begin = 0; begin < pixels; begin += kBlock) {
    const std::size_t end = std::min(pixels, begin + kBlock);
    for (int c = 0; c < shape.channels; ++c) {
      for (std::size_t i = begin; i < end; ++i) {
        out[c * pixels + i] = image[i * shape.channels + c];
      }
    }
  }
}

void quantize_image(const float* image, const ImageShape& shape, const TensorForm& form, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(QuantizeRows)(image, shape, form, out);
  fill_border(shape, form, out);
}

void copy_codes(const std::uint8_t* image, const TensorForm& from, const ImageShape& shape,
                const TensorForm& to, std::uint8_t* out) {
  const auto row = [&shape](const TensorForm& form, int y) {
    return (static_cast<std::size_t>(y + form.border) * (shape.width + 2 * form.border) + form.border) *
           form.stride;
  };
  for (int y = 0; y < shape.height; ++y) {
    const std::uint8_t* source = image + row(from, y);
    std::uint8_t* target = out + row(to, y);
    if (from.stride == to.stride) {
      std::memcpy(target, source, static_cast<std::size_t>(shape.width) * to.stride);
      continue;
    }
    for (int x = 0; x < shape.width; ++x) {
      std::memcpy(target + x * to.stride, source + x * from.stride, shape.channels);
      std::memset(target + x * to.stride + shape.channels, 0, to.stride - shape.channels);
    }
  }
  fill_border(shape, to, out);
}

void fill_border(const ImageShape& shape, const TensorForm& form, std::uint8_t* out) {
  if (form.border == 0) {
    return;
  }
  const int width = shape.width + 2 * form.border, height = shape.height + 2 * form.border;
  // Spare channels hold 0 in the border as well, but what they are multiplied with is not always 0.
  const auto fill = [&](std::size_t first, std::size_t count) {
    std::uint8_t* to = out + first * form.stride;
    if (form.stride == shape.channels || form.grid.zero == 0) {
      std::memset(to, form.grid.zero, count * form.stride);
      return;
    }
    for (std::size_t i = 0; i < count; ++i, to += form.stride) {
      std::memset(to, form.grid.zero, shape.channels);
      std::memset(to + shape.channels, 0, form.stride - shape.channels);
    }
  };
  for (int y = 0; y < height; ++y) {
    const std::size_t row = static_cast<std::size_t>(y) * width;
    if (y < form.border || y >= height - form.border) {
      fill(row, width);
    } else {
      fill(row, form.border);
      fill(row + width - form.border, form.border);
    }
  }
}

void upsample_image(const float* image, const ImageShape& shape, float* out) {
  const std::size_t channels = static_cast<std::size_t>(shape.channels);
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x, out += channels) {
      const std::size_t pixel = static_cast<std::size_t>(y / 2) * (shape.width / 2) + x / 2;
      std::memcpy(out, image + pixel * channels, channels * sizeof(float));
    }
  }
}

void add_images(const ImageSum& sum) {
  HWY_DYNAMIC_DISPATCH(AddRows)(sum);
  if (sum.codes != nullptr) {
    fill_border(sum.shape, sum.form, sum.codes);
  }
}

}  // namespace alidade
#endif
