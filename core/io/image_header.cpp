// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/image_header.h"

#include <optional>

#include "core/base/file.h"
#include "core/io/zip.h"

namespace alidade {
namespace {

/// Deflate cannot shrink by more than 1032:1; a file that promises more is a lie or a bomb.
constexpr std::int64_t kMaxDeflateRatio = 1032;

constexpr std::string_view kPngMark = "\x89PNG\r\n\x1a\n";

std::uint32_t read_number(std::string_view bytes, std::size_t at, int count, bool big_endian) {
  std::uint32_t value = 0;
  for (int i = 0; i < count; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + (big_endian ? i : count - 1 - i)]);
  }
  return value;
}

std::optional<ImageHeader> png_header(std::string_view bytes) {
  if (bytes.size() < 33 || bytes.substr(12, 4) != "IHDR") {
    return std::nullopt;
  }
  const int depth = static_cast<unsigned char>(bytes[24]);
  const int type = static_cast<unsigned char>(bytes[25]);
  const int channels = type == 2 ? 3 : type == 4 ? 2 : type == 6 ? 4 : 1;
  return ImageHeader{ImageKind::kPng, read_number(bytes, 16, 4, true), read_number(bytes, 20, 4, true),
                     depth * channels};
}

/// Walks over the JPEG segments to the frame header.
std::optional<ImageHeader> jpeg_header(std::string_view bytes) {
  std::size_t at = 2;
  while (at + 9 < bytes.size()) {
    if (static_cast<unsigned char>(bytes[at]) != 0xFF) {
      return std::nullopt;
    }
    const int marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
      const int channels = static_cast<unsigned char>(bytes[at + 9]);
      return ImageHeader{ImageKind::kJpeg, read_number(bytes, at + 7, 2, true),
                         read_number(bytes, at + 5, 2, true), 8 * channels};
    }
    at += 2 + read_number(bytes, at + 2, 2, true);
  }
  return std::nullopt;
}

/// Width, height and depth stand in the first directory.
std::optional<ImageHeader> tiff_header(std::string_view bytes) {
  const bool big_endian = bytes[0] == 'M';
  std::size_t at = read_number(bytes, 4, 4, big_endian);
  if (at + 2 > bytes.size()) {
    return std::nullopt;
  }
  const std::size_t count = read_number(bytes, at, 2, big_endian);
  at += 2;
  if (at + 12 * count > bytes.size()) {
    return std::nullopt;
  }
  ImageHeader header{ImageKind::kTiff, 0, 0, 0};
  for (std::size_t i = 0; i < count; ++i, at += 12) {
    const std::uint32_t tag = read_number(bytes, at, 2, big_endian);
    const int width = read_number(bytes, at + 2, 2, big_endian) == 3 ? 2 : 4;
    if (tag == 256 || tag == 257) {
      (tag == 256 ? header.width : header.height) = read_number(bytes, at + 8, width, big_endian);
    }
  }
  return header;
}

bool is_tiff(std::string_view bytes) {
  return bytes.size() >= 8 &&
         (bytes.starts_with(std::string_view("II*\0", 4)) || bytes.starts_with(std::string_view("MM\0*", 4)));
}

}  // namespace

Expected<ImageHeader> parse_image_header(std::string_view bytes, const std::string& name) {
  std::optional<ImageHeader> header;
  if (bytes.starts_with(kPngMark)) {
    header = png_header(bytes);
  } else if (bytes.starts_with("\xFF\xD8\xFF")) {
    header = jpeg_header(bytes);
  } else if (is_tiff(bytes)) {
    header = tiff_header(bytes);
  } else {
    return input_error(name, "byte 0", "not a PNG, JPEG or TIFF image", "convert it to PNG");
  }
  if (!header || header->width <= 0 || header->height <= 0) {
    return input_error(name, "header", "width and height are missing", "the image is damaged, get it again");
  }
  const std::string size = std::to_string(header->width) + " x " + std::to_string(header->height);
  if (header->width > kMaxImagePixels / header->height) {
    return input_error(name, "header", size + " pixels exceed 64 megapixels", "make the image smaller");
  }
  const std::int64_t promised = header->height * (1 + header->width * header->bits_per_pixel / 8);
  const bool png_lies = header->kind == ImageKind::kPng &&
                        (promised / kMaxDeflateRatio > static_cast<std::int64_t>(bytes.size()) ||
                         bytes.rfind("IEND") == std::string_view::npos);
  const bool jpeg_cut = header->kind == ImageKind::kJpeg && bytes.rfind("\xFF\xD9") == std::string_view::npos;
  if (png_lies || jpeg_cut) {
    return input_error(name, "header",
                       "it promises " + size + " pixels, the file of " + std::to_string(bytes.size()) +
                           " bytes cannot hold them",
                       "the image is damaged, get it again");
  }
  return *header;
}

Expected<ImageHeader> read_image_header(const std::filesystem::path& path) {
  const auto bytes = read_file(path, std::uintmax_t{1} << 30);
  if (!bytes) {
    return bytes.error();
  }
  return parse_image_header(*bytes, path.string());
}

Expected<void> check_png_chunks(std::string_view bytes, const std::string& name) {
  if (!bytes.starts_with(kPngMark)) {
    return {};
  }
  // A chunk: length, four letters of type, data, checksum over type and data. A capital first letter: it must
  // be understood.
  for (std::size_t at = kPngMark.size(); bytes.size() - at >= 12;) {
    const std::uint64_t length = read_number(bytes, at, 4, true);
    if (length > bytes.size() - at - 12) {
      break;
    }
    const std::string_view type = bytes.substr(at + 4, 4);
    const bool critical = type[0] >= 'A' && type[0] <= 'Z';
    if (critical &&
        crc32_of(bytes.substr(at + 4, 4 + length)) != read_number(bytes, at + 8 + length, 4, true)) {
      return input_error(name, "byte " + std::to_string(at),
                         "the checksum of a PNG chunk does not agree with its content",
                         "the image is damaged, get it again");
    }
    if (type == "IEND") {
      return {};
    }
    at += 12 + length;
  }
  return input_error(name, "byte " + std::to_string(bytes.size()), "the file ends before the image does",
                     "the image is cut off, get it again");
}

}  // namespace alidade
