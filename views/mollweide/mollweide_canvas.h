// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "views/mollweide/mollweide_figure.h"

namespace alidade {

/// The widget that paints a Mollweide figure and turns mouse movement into turns of the globe.
class MollweideCanvas : public QWidget {
  Q_OBJECT

 public:
  explicit MollweideCanvas(QWidget* parent = nullptr);
  void setFigure(std::shared_ptr<const MollweideFigure> figure);
  /// Shows the figure faintly: what it belongs to is being replaced.
  void setDimmed(bool dimmed);

 Q_SIGNALS:
  /// The globe was dragged: what lay at `from` (latitude, longitude) shall lie at `to`.
  void turned(const Eigen::Vector2d& from, const Eigen::Vector2d& to);
  void doubleClicked();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  std::shared_ptr<const MollweideFigure> figure_;
  std::optional<QPointF> dragged_from_;
  bool dimmed_ = false;
};

}  // namespace alidade
