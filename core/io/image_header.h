// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/expected.h"

namespace alidade {

enum class ImageKind { kPng, kJpeg, kTiff };

/// What an image file's header promises.
struct ImageHeader {
  ImageKind kind = ImageKind::kPng;
  std::int64_t width = 0;   ///< pixels
  std::int64_t height = 0;  ///< pixels
  int bits_per_pixel = 0;   ///< all channels; 0 when the header does not say
};

/// Largest image that is decoded, pixels.
inline constexpr std::int64_t kMaxImagePixels = 64'000'000;

/// Reads the header of PNG, JPEG or TIFF bytes and refuses, before any memory is taken: other formats, more
/// than kMaxImagePixels, a PNG too short to hold the pixels it promises, a PNG or JPEG that is cut off.
Expected<ImageHeader> parse_image_header(std::string_view bytes, const std::string& name);

/// The same for a file of at most 1 GiB.
Expected<ImageHeader> read_image_header(const std::filesystem::path& path);

/// Walks over the chunks of a PNG to its end and compares the checksums of those that a decoder needs; the
/// message names the damaged chunk and its byte. Other formats pass.
Expected<void> check_png_chunks(std::string_view bytes, const std::string& name);

}  // namespace alidade
