// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/base/expected.h"
#include "core/data/image.h"

namespace alidade {

// Every reader checks the header first (core/io/image_header.h) and returns an Error for files that are
// missing, damaged, cut off or of another kind. Without the part with the image codecs every function returns
// an Error that says so.

/// PNG, JPEG or TIFF as RGB; gray is repeated, 16 bits are scaled to 8, alpha is dropped, EXIF turns are
/// ignored (the annotations belong to the stored pixels).
Expected<ImageU8> read_color(const std::filesystem::path& path);

/// As read_color, shrunk so that no side exceeds `max_side` pixels; JPEG is decoded at reduced size.
Expected<ImageU8> read_color_thumbnail(const std::filesystem::path& path, int max_side);

/// One channel, 8 bits: the first channel of the file (red for color), 16 bits scaled.
Expected<ImageU8> read_mask(const std::filesystem::path& path);

/// One channel, 16 bits, values as stored; 8 bits are widened. Refuses color images.
Expected<ImageU16> read_u16(const std::filesystem::path& path);

/// One channel, values as stored: 8 or 16-bit PNG, 8, 16 or 32-bit or float TIFF. Values that are not finite
/// become 0.
Expected<ImageF> read_depth_raw(const std::filesystem::path& path);

/// PNG of 1, 3 (RGB) or 4 channels; same pixels, same bytes.
Expected<std::string> encode_png(const ImageU8& image);
/// PNG of 1 channel, 16 bits.
Expected<std::string> encode_png(const ImageU16& image);
/// Baseline JPEG of 1 or 3 (RGB) channels; `quality` 1..100.
Expected<std::string> encode_jpeg(const ImageU8& image, int quality);

/// The version of OpenCV behind these functions, "4.6.0"; empty in a build without image support.
std::string opencv_version();

}  // namespace alidade
