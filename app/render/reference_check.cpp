// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/reference_check.h"

#include <algorithm>
#include <cstdio>

#include <QBuffer>
#include <QImageReader>

#include "core/base/file.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxReferenceBytes = std::uintmax_t{1} << 30;
constexpr int kMaxPictureMegabytes = 2048;

/// The pixels of a PNG as R, G, B, A; empty when it cannot be read.
ImageU8 pixels_of(const std::string& png) {
  QByteArray bytes = QByteArray::fromRawData(png.data(), static_cast<qsizetype>(png.size()));
  QBuffer buffer(&bytes);
  QImageReader::setAllocationLimit(kMaxPictureMegabytes);
  QImageReader reader(&buffer, "png");
  const QImage read = reader.read().convertToFormat(QImage::Format_RGBA8888);
  if (read.isNull()) {
    return {};
  }
  ImageU8 image(read.width(), read.height(), 4);
  for (int y = 0; y < read.height(); ++y) {
    std::copy_n(read.constScanLine(y), std::size_t{4} * image.width, image.pixel(0, y));
  }
  return image;
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g %%", 100.0 * share);
  return text;
}

}  // namespace

Expected<ImageU8> read_reference(const std::filesystem::path& file) {
  const auto bytes = read_file(file, kMaxReferenceBytes);
  if (!bytes) {
    return bytes.error();
  }
  ImageU8 image = pixels_of(*bytes);
  if (image.empty()) {
    return input_error(file.string(), "", "expected a picture in the PNG format",
                       "make it with alidade render -o REFERENCE.png");
  }
  return image;
}

Expected<ImageDifference> compare_with_reference(const Figure& figure, const ExportOptions& options,
                                                 const ImageU8& reference, const ReferenceCheck& check) {
  const auto bytes = figureBytes(figure, ".png", options);
  if (!bytes) {
    return bytes.error();
  }
  auto found = image_difference(pixels_of(*bytes), reference);
  if (!found) {
    return Error{found.error().code, check.file.string() + ": " + found.error().message};
  }
  return found;
}

std::string reference_line(const ImageDifference& found, const ReferenceCheck& check) {
  return percent(found.share()) + " of " + std::to_string(found.pixels) + " pixels differ from " +
         check.file.string() + " by more than " + std::to_string(kChannelTolerance) +
         " of 255 (largest difference " + std::to_string(found.largest) + "; allowed " +
         percent(check.threshold) + ").";
}

Expected<void> judge_difference(const ImageDifference& found, const ReferenceCheck& check) {
  if (found.share() <= check.threshold) {
    return {};
  }
  return Error{ErrorCode::kMismatch, check.file.string() +
                                         ": the figure looks different: " + percent(found.share()) +
                                         " of the pixels, allowed are " + percent(check.threshold) +
                                         "; look at both, and replace the reference if the figure is right."};
}

}  // namespace alidade
