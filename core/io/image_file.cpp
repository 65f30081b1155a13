// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/image_file.h"

#include <dlfcn.h>

#include <cstdlib>

#include "core/base/memory_limit.h"
#include "core/base/program_part.h"
#include "core/io/image_codecs.h"

namespace alidade {
namespace {

struct OpenedCodecs {
  const ImageCodecs* functions = nullptr;
  std::string obstacle;
};

OpenedCodecs open_codecs() {
  const auto found = find_program_part(kImageCodecsModule);
  if (!found) {
    return {nullptr, found.error().message};
  }
  const std::filesystem::path& path = *found;
  if (path.empty()) {
    return {
        nullptr,
        std::string("images need the part ") + kImageCodecsModule +
            ", which is not installed with this program; install all parts of Alidade together, or build it "
            "with ALIDADE_WITH_IMAGE_IO=ON."};
  }
  if (memory_is_limited()) {
    // OpenCV brings OpenBLAS, whose threads wait for ever for buffers that the limit does not allow: also
    // where the user asks for threads, since no image is decoded with them.
    ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
  }
  // Stays open until the program ends.
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* reason = ::dlerror();
    return {nullptr,
            "the image module does not open: " + std::string(reason ? reason : "unknown reason") + "."};
  }
  auto* entry = reinterpret_cast<ImageCodecsEntry*>(::dlsym(library, kImageCodecsEntry));
  const ImageCodecs* functions = entry ? entry(ALIDADE_VERSION) : nullptr;
  if (functions == nullptr) {
    return {nullptr, "the image module belongs to another version of Alidade; reinstall both together."};
  }
  return {functions, {}};
}

const OpenedCodecs& codecs() {
  static const OpenedCodecs opened = open_codecs();
  return opened;
}

/// Calls one of the module's functions; `subject` begins the sentence when there is no module.
template <class Function, class... Arguments>
auto call(const std::string& subject, Function ImageCodecs::*function, const Arguments&... arguments)
    -> decltype((codecs().functions->*function)(arguments...)) {
  if (codecs().functions == nullptr) {
    return Error{ErrorCode::kFailed, subject + ": " + codecs().obstacle};
  }
  return (codecs().functions->*function)(arguments...);
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
  return codecs().functions ? codecs().functions->library_version() : std::string();
}

}  // namespace alidade
