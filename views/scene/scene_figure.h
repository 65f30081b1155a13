// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include "views/base/figure.h"
#include "views/scene/scene_contents.h"

namespace alidade {

struct HypothesisWires;

/// Everything a scene figure needs; plain data.
struct SceneFigureData {
  SceneContents contents;
  std::optional<Viewpoint> viewpoint;  ///< none: `view`
  StandardView view = StandardView::kThreeQuarter;
  Provenance provenance;
  std::optional<int>
      closeup{};  ///< Instance::index: of `view`, but so near that the object fills the picture
};

/// The scene as a figure: point cloud and meshes rendered without any display at the resolution asked for,
/// and grid, boxes, axes, hypotheses, letters, legend and scales as vectors, through the same camera. More
/// hypotheses than a vector file should hold are rendered too. Where nothing can be rendered (no EGL) the
/// vectors stand alone and the reason below them.
class SceneFigure : public Figure {
 public:
  /// `data.contents.frame` must not be null.
  explicit SceneFigure(SceneFigureData data);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override;
  Provenance provenance() const override;

 private:
  QString paintRaster(QPainter& painter, const QRectF& area, const PlotTheme& theme,
                      const Viewpoint& viewpoint, bool hypotheses) const;
  Viewpoint viewpointFor(double aspect) const;
  void paintScales(QPainter& painter, const PlotTheme& theme, const QRectF& picture) const;
  void paintBadge(QPainter& painter, const PlotTheme& theme, const QRectF& picture,
                  const HypothesisWires& wires) const;
  void paintHypotheses(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection,
                       const HypothesisWires& wires) const;
  void paintThinLines(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection) const;
  void paintScale(QPainter& painter, const QRectF& area, const PlotTheme& theme,
                  const Viewpoint& viewpoint) const;

  SceneFigureData data_;
  Floor floor_;
};

}  // namespace alidade
