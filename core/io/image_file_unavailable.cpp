// SPDX-License-Identifier: BSD-3-Clause
// Stands in for image_file.cpp in builds without image support.
#include "core/io/image_file.h"

namespace alidade {
namespace {

Error unavailable(const std::string& doing) {
  return {ErrorCode::kFailed,
          doing + ": this build has no image support; configure with ALIDADE_WITH_IMAGE_IO=ON."};
}

}  // namespace

Expected<ImageU8> read_color(const std::filesystem::path& path) {
  return unavailable(path.string());
}
Expected<ImageU8> read_color_thumbnail(const std::filesystem::path& path, int) {
  return unavailable(path.string());
}
Expected<ImageU8> read_mask(const std::filesystem::path& path) {
  return unavailable(path.string());
}
Expected<ImageU16> read_u16(const std::filesystem::path& path) {
  return unavailable(path.string());
}
Expected<ImageF> read_depth_raw(const std::filesystem::path& path) {
  return unavailable(path.string());
}
Expected<std::string> encode_png(const ImageU8&) {
  return unavailable("PNG");
}
Expected<std::string> encode_png(const ImageU16&) {
  return unavailable("PNG");
}
Expected<std::string> encode_jpeg(const ImageU8&, int) {
  return unavailable("JPEG");
}
std::string opencv_version() {
  return {};
}

}  // namespace alidade
