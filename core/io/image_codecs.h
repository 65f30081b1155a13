// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/base/expected.h"
#include "core/data/image.h"

namespace alidade {

/// The functions of core/io/image_file.h as the module with OpenCV gives them. OpenCV takes 50 MB and a
/// quarter of a second to load, so that it is a part of its own, opened with the first image.
struct ImageCodecs {
  Expected<ImageU8> (*read_color)(const std::filesystem::path& path);
  Expected<ImageU8> (*read_color_thumbnail)(const std::filesystem::path& path, int max_side);
  Expected<ImageU8> (*read_mask)(const std::filesystem::path& path);
  Expected<ImageU16> (*read_u16)(const std::filesystem::path& path);
  Expected<ImageF> (*read_depth_raw)(const std::filesystem::path& path);
  Expected<std::string> (*encode_png_8)(const ImageU8& image);
  Expected<std::string> (*encode_png_16)(const ImageU16& image);
  Expected<std::string> (*encode_jpeg)(const ImageU8& image, int quality);
  std::string (*library_version)();
};

inline constexpr const char* kImageCodecsModule = "alidade_image_codecs.so";
/// The module's only symbol, a ModuleEntry (core/base/program_module.h): gives its table.
inline constexpr const char* kImageCodecsEntry = "alidade_image_codecs";

}  // namespace alidade
