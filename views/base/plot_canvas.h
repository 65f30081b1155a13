// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>

#include <QWidget>

#include "views/base/figure.h"
#include "views/base/plot_theme.h"

namespace alidade {

/// A widget that paints a figure, and says what lies under the mouse.
class PlotCanvas : public QWidget {
  Q_OBJECT

 public:
  /// What to say at a point of the figure painted into `area`; empty for nothing.
  using Describe = std::function<QString(const QPointF& point, const QRectF& area, const PlotTheme& theme)>;

  explicit PlotCanvas(const QString& name, QWidget* parent = nullptr);
  /// Without a figure the sentence stands in its place.
  void setFigure(std::shared_ptr<const Figure> figure, Describe describe = {}, const QString& sentence = {});
  std::shared_ptr<const Figure> figure() const { return figure_; }
  /// Shows the figure faintly: it is being replaced.
  void setStale(bool stale);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  std::shared_ptr<const Figure> figure_;
  Describe describe_;
  QString sentence_;
  bool stale_ = false;
};

}  // namespace alidade
