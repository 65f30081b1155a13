// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>

#include "core/data/dataset.h"
#include "core/results/pose_result.h"
#include "views/base/color_map.h"
#include "views/base/figure.h"
#include "views/base/pose_overlay.h"

namespace alidade {

/// What is shown of an image; opacities are 0..1.
struct ImageLayers {
  OverlayLayers poses;
  bool contours = false;
  bool masks = false;
  bool nocs = false;
  bool depth = false;
  bool gray = false;  ///< the photograph without its color, so that overlays stand out
  double mask_opacity = 0.35;
  double nocs_opacity = 0.85;
  double depth_opacity = 1.0;
  SequentialMap depth_map = SequentialMap::kViridis;
  bool legend = true;
};

/// Everything an image figure needs; plain data.
struct ImageFigureData {
  std::shared_ptr<const Frame> frame;
  std::shared_ptr<const PoseResult> result;  ///< may be null
  ImageLayers layers;
  std::optional<int> selected;               ///< Instance::index
  Provenance provenance;
};

/// A frame's image with its layers: rasters as rasters, everything else as vectors. Needs no GL.
class ImageFigure : public Figure {
 public:
  /// `data.frame` must not be null.
  explicit ImageFigure(ImageFigureData data);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override;
  Provenance provenance() const override;

  /// Paints without legend, the image placed by `painter_from_image`; what the view on screen shows. Pixels are
  /// interpolated when `smooth`.
  void paintPlaced(QPainter& painter, const QTransform& painter_from_image, const PlotTheme& theme, bool smooth) const;
  /// Width and height of the frame in pixels, of the first layer that has any; empty when none has.
  QSizeF imageSize() const;

 private:
  void paintRasters(QPainter& painter, const QTransform& painter_from_image, bool smooth) const;
  void paintMasks(QPainter& painter, const QTransform& painter_from_image, const PlotTheme& theme) const;
  void paintFoot(QPainter& painter, const QRectF& area, const PlotTheme& theme) const;

  struct Rasters;
  ImageFigureData data_;
  std::shared_ptr<const Rasters> rasters_;
};

}  // namespace alidade
