// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/image_codecs.h"
#include "core/base/failure.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/file.h"
#include "core/io/image_header.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxImageBytes = std::uintmax_t{1} << 30;

/// OpenCV neither starts threads of its own nor writes to the terminal.
void quiet_opencv() {
  static std::once_flag once;
  std::call_once(once, [] {
    cv::setNumThreads(1);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  });
}

/// Power of two by which a JPEG may be shrunk while decoding and still be larger than `max_side`.
int reduced_flag(const ImageHeader& header, int max_side) {
  const std::int64_t longest = std::max(header.width, header.height);
  if (header.kind != ImageKind::kJpeg || max_side <= 0 || longest < 2 * max_side) {
    return cv::IMREAD_UNCHANGED;
  }
  const int flag = longest >= 8 * max_side   ? cv::IMREAD_REDUCED_COLOR_8
                   : longest >= 4 * max_side ? cv::IMREAD_REDUCED_COLOR_4
                                             : cv::IMREAD_REDUCED_COLOR_2;
  return flag | cv::IMREAD_IGNORE_ORIENTATION;
}

/// Decoded pixels in OpenCV's channel order; `max_side` 0 = full size.
Expected<cv::Mat> decode(const std::filesystem::path& path, int max_side = 0) {
  const auto bytes = read_file(path, kMaxImageBytes);
  if (!bytes) {
    return bytes.error();
  }
  const auto header = parse_image_header(*bytes, path.string());
  if (!header) {
    return header.error();
  }
  // libpng would find this as well, but says so on the terminal.
  if (const auto whole = check_png_chunks(*bytes, path.string()); !whole) {
    return whole.error();
  }
  quiet_opencv();
  const int flags = reduced_flag(*header, max_side);
  cv::Mat pixels;
  try {
    const cv::Mat buffer(1, static_cast<int>(bytes->size()), CV_8U, const_cast<char*>(bytes->data()));
    pixels = cv::imdecode(buffer, flags);
  } catch (const std::exception& failure) {
    if (is_out_of_memory(failure)) {
      return Error{ErrorCode::kFailed, path.string() + ": " + kOutOfMemory};
    }
    pixels.release();
  }
  const bool full = flags == cv::IMREAD_UNCHANGED;
  if (pixels.empty() || (full && (pixels.cols != header->width || pixels.rows != header->height))) {
    return input_error(path.string(), "", "the image cannot be decoded", "it is damaged, get it again");
  }
  return pixels;
}

/// Any integer or float depth to 8 bits: 16 bits by 257, others saturated.
cv::Mat to_8_bits(const cv::Mat& pixels) {
  if (pixels.depth() == CV_8U) {
    return pixels;
  }
  cv::Mat out;
  pixels.convertTo(out, CV_8U, pixels.depth() == CV_16U ? 1.0 / 257.0 : 1.0);
  return out;
}

template <class T>
Image<T> to_image(const cv::Mat& pixels) {
  Image<T> image(pixels.cols, pixels.rows, pixels.channels());
  const std::size_t row = static_cast<std::size_t>(pixels.cols) * pixels.channels();
  for (int y = 0; y < pixels.rows; ++y) {
    std::copy_n(pixels.ptr<T>(y), row, image.data.data() + y * row);
  }
  return image;
}

Expected<ImageU8> to_rgb(const cv::Mat& decoded, const std::filesystem::path& path) {
  const cv::Mat pixels = to_8_bits(decoded);
  cv::Mat rgb;
  switch (pixels.channels()) {
    case 1:
      cv::cvtColor(pixels, rgb, cv::COLOR_GRAY2RGB);
      break;
    case 3:
      cv::cvtColor(pixels, rgb, cv::COLOR_BGR2RGB);
      break;
    case 4:
      cv::cvtColor(pixels, rgb, cv::COLOR_BGRA2RGB);
      break;
    default:
      return input_error(path.string(), "",
                         "expected 1, 3 or 4 channels, found " + std::to_string(pixels.channels()),
                         "convert it to RGB");
  }
  return to_image<std::uint8_t>(rgb);
}

Expected<cv::Mat> decode_single_channel(const std::filesystem::path& path) {
  auto pixels = decode(path);
  if (pixels && pixels->channels() != 1) {
    return input_error(path.string(), "", "expected one channel, found " + std::to_string(pixels->channels()),
                       "convert it to a single channel");
  }
  return pixels;
}

Expected<std::string> encode(const char* extension, const cv::Mat& pixels, const std::vector<int>& options) {
  quiet_opencv();
  std::vector<unsigned char> bytes;
  try {
    if (!pixels.empty() && cv::imencode(extension, pixels, bytes, options)) {
      return std::string(bytes.begin(), bytes.end());
    }
  } catch (const std::exception& failure) {
    if (is_out_of_memory(failure)) {
      return Error{ErrorCode::kFailed, kOutOfMemory};
    }
    bytes.clear();
  }
  return Error{ErrorCode::kFailed,
               std::string("the image cannot be encoded as ") + extension + "; check its size and channels."};
}

/// Our RGB(A) as OpenCV's BGR(A); an empty matrix for other channel counts.
cv::Mat to_opencv(const ImageU8& image) {
  if (image.empty() || image.channels == 2 || image.channels > 4) {
    return {};
  }
  const cv::Mat view(image.height, image.width, CV_8UC(image.channels),
                     const_cast<std::uint8_t*>(image.data.data()));
  if (image.channels == 1) {
    return view;
  }
  cv::Mat swapped;
  cv::cvtColor(view, swapped, image.channels == 3 ? cv::COLOR_RGB2BGR : cv::COLOR_RGBA2BGRA);
  return swapped;
}

// Fixed options: the same pixels give the same bytes.
const std::vector<int> kPngOptions = {cv::IMWRITE_PNG_COMPRESSION, 3, cv::IMWRITE_PNG_STRATEGY,
                                      cv::IMWRITE_PNG_STRATEGY_FILTERED};

Expected<ImageU8> read_color(const std::filesystem::path& path) {
  const auto pixels = decode(path);
  if (!pixels) {
    return pixels.error();
  }
  return to_rgb(*pixels, path);
}

Expected<ImageU8> read_color_thumbnail(const std::filesystem::path& path, int max_side) {
  const auto pixels = decode(path, max_side);
  if (!pixels) {
    return pixels.error();
  }
  const int longest = std::max(pixels->cols, pixels->rows);
  if (max_side <= 0 || longest <= max_side) {
    return to_rgb(*pixels, path);
  }
  const double scale = static_cast<double>(max_side) / longest;
  const cv::Size size(std::max(1, static_cast<int>(std::lround(pixels->cols * scale))),
                      std::max(1, static_cast<int>(std::lround(pixels->rows * scale))));
  cv::Mat small;
  cv::resize(*pixels, small, size, 0, 0, cv::INTER_AREA);
  return to_rgb(small, path);
}

Expected<ImageU8> read_mask(const std::filesystem::path& path) {
  const auto decoded = decode(path);
  if (!decoded) {
    return decoded.error();
  }
  const cv::Mat pixels = to_8_bits(*decoded);
  cv::Mat first = pixels;
  if (pixels.channels() > 1) {
    cv::extractChannel(pixels, first, pixels.channels() == 2 ? 0 : 2);
  }
  return to_image<std::uint8_t>(first);
}

Expected<ImageU16> read_u16(const std::filesystem::path& path) {
  const auto pixels = decode_single_channel(path);
  if (!pixels) {
    return pixels.error();
  }
  if (pixels->depth() != CV_8U && pixels->depth() != CV_16U) {
    return input_error(path.string(), "", "expected 8 or 16 bits per pixel", "convert it to a 16-bit PNG");
  }
  cv::Mat wide;
  pixels->convertTo(wide, CV_16U);
  return to_image<std::uint16_t>(wide);
}

Expected<ImageF> read_depth_raw(const std::filesystem::path& path) {
  const auto pixels = decode_single_channel(path);
  if (!pixels) {
    return pixels.error();
  }
  cv::Mat values;
  pixels->convertTo(values, CV_32F);
  ImageF image = to_image<float>(values);
  for (float& value : image.data) {
    value = std::isfinite(value) ? value : 0.0f;
  }
  return image;
}

Expected<std::string> encode_png_8(const ImageU8& image) {
  return encode(".png", to_opencv(image), kPngOptions);
}

Expected<std::string> encode_png_16(const ImageU16& image) {
  if (image.channels != 1) {
    return encode(".png", {}, kPngOptions);
  }
  const cv::Mat view(image.height, image.width, CV_16UC1, const_cast<std::uint16_t*>(image.data.data()));
  return encode(".png", view, kPngOptions);
}

Expected<std::string> encode_jpeg(const ImageU8& image, int quality) {
  return encode(".jpg", image.channels == 4 ? cv::Mat() : to_opencv(image),
                {cv::IMWRITE_JPEG_QUALITY, std::clamp(quality, 1, 100), cv::IMWRITE_JPEG_OPTIMIZE, 1});
}

std::string library_version() {
  return cv::getVersionString();
}

}  // namespace
}  // namespace alidade

extern "C" __attribute__((visibility("default"))) const void* alidade_image_codecs(const char* version) {
  using namespace alidade;
  static constexpr ImageCodecs functions{read_color,    read_color_thumbnail, read_mask,
                                         read_u16,      read_depth_raw,       encode_png_8,
                                         encode_png_16, encode_jpeg,          library_version};
  return std::strcmp(version, ALIDADE_VERSION) == 0 ? &functions : nullptr;
}
