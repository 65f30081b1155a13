// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/rotation_map_stamp.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QImage>
#include <QPainter>

namespace alidade {
namespace {

constexpr int kPhases = 4;  // places within a pixel, per direction
constexpr int kHues = 256;

/// Coverage of a disc's pixels, for each place of its center within a pixel.
class Stamp {
 public:
  explicit Stamp(double radius) : reach_(static_cast<int>(std::ceil(radius + 1.0))) {
    const int side = 2 * reach_ + 1;
    for (std::size_t phase = 0; phase < masks_.size(); ++phase) {
      const double cx = (static_cast<double>(phase % kPhases) + 0.5) / kPhases;
      const double cy = (static_cast<double>(phase / kPhases) + 0.5) / kPhases;
      for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
          const double away = std::hypot(x - reach_ + 0.5 - cx, y - reach_ + 0.5 - cy);
          masks_[phase].push_back(
              static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(radius + 0.5 - away, 0.0, 1.0))));
        }
      }
    }
  }

  int reach() const { return reach_; }

  /// Blends the disc at (x, y) pixels over premultiplied pixels; all of it must lie inside the image.
  void put(QImage& image, double x, double y, QRgb color) const {
    const int column = static_cast<int>(std::floor(x));
    const int row = static_cast<int>(std::floor(y));
    const int phase =
        static_cast<int>((y - row) * kPhases) * kPhases + static_cast<int>((x - column) * kPhases);
    const std::uint8_t* mask =
        masks_[static_cast<std::size_t>(std::min(phase, kPhases * kPhases - 1))].data();
    const int side = 2 * reach_ + 1;
    for (int dy = 0; dy < side; ++dy) {
      auto* line = reinterpret_cast<QRgb*>(image.scanLine(row - reach_ + dy)) + column - reach_;
      for (int dx = 0; dx < side; ++dx) {
        if (const unsigned coverage = *mask++; coverage == 255) {
          line[dx] = color;
        } else if (coverage > 0) {
          line[dx] = scaled(color, coverage) + scaled(line[dx], 255 - coverage);
        }
      }
    }
  }

 private:
  /// All four channels times share / 255, rounded.
  static QRgb scaled(QRgb pixel, unsigned share) {
    const auto pair = [share](unsigned two) {
      const unsigned product = two * share + 0x00800080U;
      return ((product + ((product >> 8) & 0x00ff00ffU)) >> 8) & 0x00ff00ffU;
    };
    return pair(pixel & 0x00ff00ffU) | (pair((pixel >> 8) & 0x00ff00ffU) << 8);
  }

  int reach_;
  std::array<std::vector<std::uint8_t>, kPhases * kPhases> masks_;
};

std::array<QRgb, kHues> huesOf(CyclicMap map) {
  std::array<QRgb, kHues> colors{};
  for (int i = 0; i < kHues; ++i) {
    colors[static_cast<std::size_t>(i)] = cyclicColor(map, (i + 0.5) / kHues).rgba();
  }
  return colors;
}

}  // namespace

void stampDots(QPainter& painter, const MapPlacement& on, const RotationMap& map,
               const std::vector<MapDot>& dots, double radius, const std::vector<int>* only) {
  const double ratio = painter.device()->devicePixelRatioF();
  const Stamp stamp(radius * ratio);
  const QRectF bounds = on.bounds();
  const QPoint origin(static_cast<int>(std::floor(bounds.left() * ratio)) - stamp.reach() - 1,
                      static_cast<int>(std::floor(bounds.top() * ratio)) - stamp.reach() - 1);
  const QPoint end(static_cast<int>(std::ceil(bounds.right() * ratio)) + stamp.reach() + 2,
                   static_cast<int>(std::ceil(bounds.bottom() * ratio)) + stamp.reach() + 2);
  QImage layer(QSize(end.x() - origin.x(), end.y() - origin.y()), QImage::Format_ARGB32_Premultiplied);
  if (layer.isNull()) {
    return;
  }
  layer.setDevicePixelRatio(ratio);
  layer.fill(Qt::transparent);
  const auto colors = huesOf(map.hue);
  const QPointF center = on.center * ratio - QPointF(origin);
  const double scale = on.scale * ratio;
  const auto put = [&](const MapDot& dot) {
    const int hue = std::clamp(static_cast<int>(dot.hue * kHues), 0, kHues - 1);
    stamp.put(layer, center.x() + dot.x * scale, center.y() - dot.y * scale,
              colors[static_cast<std::size_t>(hue)]);
  };
  if (only) {
    for (const int dot : *only) {
      if (dot >= 0 && static_cast<std::size_t>(dot) < dots.size()) {
        put(dots[static_cast<std::size_t>(dot)]);
      }
    }
  } else {
    std::for_each(dots.begin(), dots.end(), put);
  }
  painter.drawImage(QPointF(origin) / ratio, layer);
}

}  // namespace alidade
