// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QPointF>
#include <QPolygonF>
#include <QRectF>

#include "views/base/plot_theme.h"
#include "views/kernels/kernel_sheet.h"

namespace alidade {

/// Where the parts of a cube lie.
struct KernelCubeLayout {
  /// A plane of offsets of one z.
  struct Plane {
    int z = 0;
    QPointF label;  ///< middle of the upper edge of its text
  };

  QRectF title, remark, key;
  std::vector<Plane> planes;
  std::vector<QRectF> boxes;    ///< [offsets] of flat cells
  std::vector<QPolygonF> tops;  ///< [offsets] of tiles in space; empty when flat
  double tile_height = 0.0;
  std::vector<QRectF> alike;  ///< [offsets] of the small map of agreement; empty without one
  QPointF alike_label;
  std::vector<QRectF> orbits;  ///< a line each; empty unless asked for

  QRectF spot(std::size_t offset) const { return tops.empty() ? boxes[offset] : tops[offset].boundingRect(); }
};

KernelCubeLayout layoutKernelCube(const QRectF& area, const PlotTheme& theme, const KernelSheet& sheet);

}  // namespace alidade
