// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_rasters.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "views/image/image_figure.h"
#include "views/image/mask_contour.h"

namespace alidade {
namespace {

constexpr double kGoldenTurn = 0.61803398875;

QImage colorImage(const ImageU8& color, bool gray) {
  QImage image(color.width, color.height, QImage::Format_RGB32);
  for (int y = 0; y < color.height; ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < color.width; ++x) {
      const std::uint8_t* p = color.pixel(x, y);
      line[x] = qRgb(p[0], p[1], p[2]);
      if (gray) {
        // Darkened a little: colored lines stand out of a dim picture better than of a bright one.
        const int level = qGray(line[x]) * 3 / 4;
        line[x] = qRgb(level, level, level);
      }
    }
  }
  return image;
}

QImage nocsImage(const ImageU8& nocs) {
  QImage image(nocs.width, nocs.height, QImage::Format_ARGB32_Premultiplied);
  for (int y = 0; y < nocs.height; ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < nocs.width; ++x) {
      const std::uint8_t* p = nocs.pixel(x, y);
      line[x] = p[0] || p[1] || p[2] ? qRgba(p[0], p[1], p[2], 255) : 0U;
    }
  }
  return image;
}

QImage tintImage(const ImageU8& mask, const QColor& color) {
  QImage image(mask.width, mask.height, QImage::Format_ARGB32_Premultiplied);
  const QRgb tint = color.rgb();
  for (int y = 0; y < mask.height; ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < mask.width; ++x) {
      line[x] = *mask.pixel(x, y) > 127 ? tint : 0U;
    }
  }
  return image;
}

QSize sizeOf(const Frame& frame) {
  if (!frame.color.empty()) {
    return {frame.color.width, frame.color.height};
  }
  if (!frame.depth.empty()) {
    return {frame.depth.width, frame.depth.height};
  }
  if (!frame.nocs.empty()) {
    return {frame.nocs.width, frame.nocs.height};
  }
  for (const ImageU8& mask : frame.visible_masks) {
    if (!mask.empty()) {
      return {mask.width, mask.height};
    }
  }
  return {frame.camera.width, frame.camera.height};
}

}  // namespace

DepthRange depthRange(const ImageF& depth) {
  std::vector<float> measured;
  measured.reserve(depth.data.size());
  std::copy_if(depth.data.begin(), depth.data.end(), std::back_inserter(measured),
               [](float z) { return z > 0.0F && std::isfinite(z); });
  if (measured.empty()) {
    return {};
  }
  const auto quantile = [&](double share) {
    const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(measured.size() - 1));
    std::nth_element(measured.begin(), measured.begin() + place, measured.end());
    return static_cast<double>(measured[static_cast<std::size_t>(place)]);
  };
  const double low = std::floor(quantile(0.01) * 100.0) / 100.0;
  const double high = std::ceil(quantile(0.99) * 100.0) / 100.0;
  return {low, std::max(high, low + 0.01)};
}

QImage depthImage(const ImageF& depth, const DepthRange& range, const ColorMap& map) {
  std::array<QRgb, 256> colors{};
  for (std::size_t i = 0; i < colors.size(); ++i) {
    colors[i] = map.at(static_cast<double>(i) / 255.0).rgb();
  }
  QImage image(depth.width, depth.height, QImage::Format_ARGB32_Premultiplied);
  const double scale = 255.0 / (range.high - range.low);
  for (int y = 0; y < depth.height; ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < depth.width; ++x) {
      const float z = *depth.pixel(x, y);
      const bool measured = z > 0.0F && std::isfinite(z);
      line[x] = measured
                    ? colors[static_cast<std::size_t>(std::clamp((z - range.low) * scale + 0.5, 0.0, 255.0))]
                    : 0U;
    }
  }
  return image;
}

QColor instanceColor(int instance) {
  return cyclicColor(CyclicMap::kUniform, 0.55 + kGoldenTurn * instance);
}

ImageRasters makeRasters(const Frame& frame, const ImageLayers& layers) {
  ImageRasters rasters;
  rasters.size = sizeOf(frame);
  if (!frame.color.empty() && frame.color.channels == 3) {
    rasters.base = colorImage(frame.color, layers.gray);
  }
  if (layers.nocs && !frame.nocs.empty() && frame.nocs.channels == 3) {
    rasters.nocs = nocsImage(frame.nocs);
  }
  if (layers.depth && !frame.depth.empty() && frame.depth.channels == 1) {
    rasters.range = depthRange(frame.depth);
    if (rasters.range.valid()) {
      rasters.depth = depthImage(frame.depth, rasters.range, layers.depth_map);
    }
  }
  const std::size_t count = std::min(frame.visible_masks.size(), frame.instances.size());
  for (std::size_t i = 0; i < count && (layers.masks || layers.contours); ++i) {
    const ImageU8& mask = frame.visible_masks[i];
    if (mask.empty() || mask.channels != 1) {
      continue;
    }
    const int instance = frame.instances[i].index;
    rasters.masks.push_back({instance, layers.masks ? tintImage(mask, instanceColor(instance)) : QImage(),
                             layers.contours ? maskContours(mask) : std::vector<QPolygonF>()});
  }
  return rasters;
}

}  // namespace alidade
