// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QPolygonF>
#include <QWidget>

#include "views/mollweide/mollweide_maker.h"

namespace alidade {

/// The widget that paints a Mollweide figure, or several small maps, and turns mouse movement into turns of
/// the globe, turns of the object, or a line about samples. What does not change with time is painted once.
class MollweideCanvas : public QWidget {
  Q_OBJECT

 public:
  enum class Tool {
    kGlobe,   ///< dragging turns the globe; with Ctrl the object
    kObject,  ///< dragging turns the object: the canonical rotation
    kLasso,   ///< dragging draws a line about samples
  };

  explicit MollweideCanvas(QWidget* parent = nullptr);
  /// Shows a figure: by its picture while that fits, else it is painted here.
  void setMade(MollweideMade made);
  /// What a picture for this widget is painted on.
  MollweideSheet sheet() const;
  /// Shows the figure faintly: what it belongs to is being replaced.
  void setDimmed(bool dimmed);
  void setTool(Tool tool);
  Tool tool() const { return tool_; }

 Q_SIGNALS:
  /// Size or colors changed: a picture does not fit any more, and the figure is painted here until one does.
  void sheetChanged();
  /// The globe was dragged: what lay at `from` (latitude, longitude) shall lie at `to`.
  void turned(const Eigen::Vector2d& from, const Eigen::Vector2d& to);
  /// The object was turned: arguments of turnCanonical.
  void objectTurned(double right, double up, double tilt);
  /// A line was closed about these samples; ascending, perhaps none.
  void lassoed(const std::vector<int>& samples);
  /// Esc without a line to give up.
  void escaped();
  void doubleClicked();

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  std::optional<MapPlacement> placementAt(const QPointF& point) const;
  std::vector<int> samplesInside(const QPolygonF& line) const;
  void paintLasso(QPainter& painter, const PlotTheme& theme) const;
  void showHover(const QPointF& point, const QPoint& global);
  void drag(const QPointF& to, Qt::KeyboardModifiers modifiers);

  MollweideMade made_;
  MollweideLayers layers_;
  Tool tool_ = Tool::kGlobe;
  QPolygonF lasso_;
  std::optional<QPointF> dragged_from_;
  bool dimmed_ = false;
};

}  // namespace alidade
