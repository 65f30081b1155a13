// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/image_file.h"

#include "core/base/program_module.h"
#include "core/io/image_codecs.h"

namespace alidade {
namespace {

const Expected<const void*>& opened_module() {
  static const Expected<const void*> opened =
      open_program_module({kImageCodecsModule, kImageCodecsEntry, "images"});
  return opened;
}

const ImageCodecs* codecs() {
  return opened_module() ? static_cast<const ImageCodecs*>(*opened_module()) : nullptr;
}

/// Calls one of the module's functions; `subject` begins the sentence when there is no module.
template <class Function, class... Arguments>
auto call(const std::string& subject, Function ImageCodecs::*function, const Arguments&... arguments)
    -> decltype((codecs()->*function)(arguments...)) {
  if (codecs() == nullptr) {
    return Error{ErrorCode::kFailed, subject + ": " + opened_module().error().message};
  }
  return (codecs()->*function)(arguments...);
}

}  // namespace

Expected<ImageU8> read_color(const std::filesystem::path& path) {
  return call(path.string(), &ImageCodecs::read_color, path);
}

Expected<ImageU8> read_color_thumbnail(const std::filesystem::path& path, int max_side) {
  return call(path.string(), &ImageCodecs::read_color_thumbnail, path, max_side);
}

Expected<ImageU8> read_mask(const std::filesystem::path& path) {
  return call(path.string(), &ImageCodecs::read_mask, path);
}

Expected<ImageU16> read_u16(const std::filesystem::path& path) {
  return call(path.string(), &ImageCodecs::read_u16, path);
}

Expected<ImageF> read_depth_raw(const std::filesystem::path& path) {
  return call(path.string(), &ImageCodecs::read_depth_raw, path);
}

Expected<std::string> encode_png(const ImageU8& image) {
  return call("PNG", &ImageCodecs::encode_png_8, image);
}

Expected<std::string> encode_png(const ImageU16& image) {
  return call("PNG", &ImageCodecs::encode_png_16, image);
}

Expected<std::string> encode_jpeg(const ImageU8& image, int quality) {
  return call("JPEG", &ImageCodecs::encode_jpeg, image, quality);
}

std::string opencv_version() {
  return codecs() ? codecs()->library_version() : std::string();
}

}  // namespace alidade
