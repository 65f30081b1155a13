// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "views/base/color_scale.h"
#include "views/scene/scene_contents.h"

namespace alidade {

/// What stands over the rendered scene: labels, measured lengths, the gizmo that shows how the camera's axes
/// lie, a legend, color bars and a note. Transparent, and deaf to the mouse.
class SceneHud : public QWidget {
 public:
  explicit SceneHud(QWidget* parent);

  void setContents(const SceneContents* contents) { contents_ = contents; }
  void setViewpoint(const Viewpoint& viewpoint);
  void setNote(const QString& note);
  /// Whose poses are seen, at the top in the middle; empty for nothing.
  void setCaption(const QString& caption);
  /// While a length is being measured: where its second end would be.
  void setMeasurePreview(const std::optional<Eigen::Vector3d>& point_cam);
  /// Color bars at the upper left; none hides them.
  void setScales(const std::vector<ColorScale>& scales);
  /// A warning above the legend; empty hides it.
  void setBadge(const QString& badge);
  const QString& badge() const { return badge_; }
  /// The standard view that a click on the gizmo at `at` asks for.
  std::optional<StandardView> gizmoAt(const QPointF& at) const;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void paintScales(QPainter& painter, const PlotTheme& theme) const;
  void paintCaption(QPainter& painter, const PlotTheme& theme) const;
  void paintMeasure(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection) const;
  void paintGizmo(QPainter& painter, const PlotTheme& theme) const;
  QPointF gizmoCenter() const;
  QPointF gizmoTip(int axis) const;

  const SceneContents* contents_ = nullptr;
  Viewpoint viewpoint_;
  QString note_;
  QString caption_;
  std::optional<Eigen::Vector3d> preview_;
  QString badge_;
  std::vector<ColorScale> scales_;
};

}  // namespace alidade
