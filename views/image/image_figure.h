// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>

#include <QTransform>

#include "core/data/dataset.h"
#include "core/results/pose_result.h"
#include "views/base/chosen_color_map.h"
#include "views/base/figure.h"
#include "views/base/pose_overlay.h"
#include "views/image/image_errors.h"

namespace alidade {

struct ImageRasters;

/// What is shown of an image; opacities are 0..1.
struct ImageLayers {
  OverlayLayers poses;
  bool contours = false;
  bool masks = false;
  bool nocs = false;
  bool depth = false;
  bool gray = false;  ///< the photograph without its color, so that overlays stand out
  double mask_opacity = 0.40;
  double nocs_opacity = 0.85;
  double depth_opacity = 1.0;
  ColorMap depth_map = SequentialMap::kViridis;
  ErrorLayers errors;
  bool legend = true;  ///< below the image, with the color bars

  bool operator==(const ImageLayers&) const = default;
};

/// Everything an image figure needs; plain data.
struct ImageFigureData {
  std::shared_ptr<const Frame> frame;
  std::shared_ptr<const PoseResult> result;  ///< may be null
  ImageLayers layers;
  std::optional<int> selected;  ///< Instance::index
  Provenance provenance;
  MeshesById meshes{};  ///< for the error layers; objects whose mesh is missing are left out of them
};

/// Fits an image of `size` pixels into `area`, centered.
QTransform fittedImage(const QSize& size, const QRectF& area);

/// A frame's image with its layers: rasters as rasters, everything else as vectors. Needs no GL. Layers that
/// the frame does not have are left out; without intrinsics no poses are drawn.
class ImageFigure : public Figure {
 public:
  /// `data.frame` must not be null. `rasters` and `errors` may come from an earlier figure of the same frame,
  /// layers, result and meshes; null: they are made here.
  explicit ImageFigure(ImageFigureData data, std::shared_ptr<const ImageRasters> rasters = nullptr,
                       std::shared_ptr<const ImageErrors> errors = nullptr);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override;
  Provenance provenance() const override;

  /// Paints the image and its layers without legend, placed by `painter_from_image`, as the view on screen
  /// shows them. Pixels are interpolated when `smooth`.
  void paintPlaced(QPainter& painter, const QTransform& painter_from_image, const PlotTheme& theme,
                   bool smooth) const;
  /// The color bar of the depth layer, "0.40 [   ] 1.20 m", ending at the right of `area`; nothing when the
  /// layer is off.
  void paintDepthBar(QPainter& painter, const QRectF& area, const PlotTheme& theme) const;

  /// Height of what paintLegend paints; 0 without legend.
  double legendHeight(const PlotTheme& theme) const;
  /// The lines below the image: pens of the poses and the bar of the depth layer, then the error layers.
  void paintLegend(QPainter& painter, const QRectF& area, const PlotTheme& theme) const;

  const ImageFigureData& contents() const { return data_; }
  const std::shared_ptr<const ImageRasters>& rasters() const { return rasters_; }
  const std::shared_ptr<const ImageErrors>& errors() const { return errors_; }

 private:
  void paintRasters(QPainter& painter, const QTransform& painter_from_image, bool smooth) const;
  void paintMasks(QPainter& painter, const QTransform& painter_from_image, const PlotTheme& theme,
                  bool smooth) const;

  ImageFigureData data_;
  std::shared_ptr<const ImageRasters> rasters_;
  std::shared_ptr<const ImageErrors> errors_;
};

}  // namespace alidade
