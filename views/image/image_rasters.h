// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QColor>
#include <QImage>
#include <QPolygonF>
#include <QSize>

#include "core/data/dataset.h"
#include "views/base/chosen_color_map.h"

namespace alidade {

struct ImageLayers;

/// The depths that the ends of the color map stand for, metres.
struct DepthRange {
  double low = 0.0;
  double high = 0.0;
  bool valid() const { return high > low; }
};

/// From the 1st to the 99th hundredth of the measured depths, widened to whole centimetres; invalid without
/// measurements.
DepthRange depthRange(const ImageF& depth);

/// Depth in colors; pixels without measurement are transparent.
QImage depthImage(const ImageF& depth, const DepthRange& range, const ColorMap& map);

/// Color that marks an instance's mask and contour.
QColor instanceColor(int instance);

/// The pictures of a frame's layers, made once per frame and choice of layers.
struct ImageRasters {
  QSize size;    ///< of the first layer that has pixels; empty when none has
  QImage base;   ///< color or gray; null when missing
  QImage nocs;   ///< transparent where 0; null when off or missing
  QImage depth;  ///< null when off or missing
  DepthRange range;
  struct Mask {
    int instance = 0;
    QImage tint;                      ///< null when off
    std::vector<QPolygonF> contours;  ///< empty when off
  };
  std::vector<Mask> masks;
};

ImageRasters makeRasters(const Frame& frame, const ImageLayers& layers);

}  // namespace alidade
