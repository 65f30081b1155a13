// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <QWidget>

#include "views/base/figure.h"

class QTimer;

namespace alidade {

/// A widget that paints a figure and passes presses and drags on.
class FigureCanvas : public QWidget {
  Q_OBJECT

 public:
  explicit FigureCanvas(const QString& name, QWidget* parent = nullptr);
  void setFigure(std::shared_ptr<const Figure> figure);
  const std::shared_ptr<const Figure>& figure() const { return figure_; }
  /// While `held` a new figure is not painted: its numbers are about to come and are painted with it. Not for
  /// longer than a person would wait.
  void setHeld(bool held);
  /// How many figures it was given so far: what an edit costs.
  int figuresShown() const { return figures_shown_; }
  /// What the tool tip at a place says; empty for none there.
  void setTips(std::function<QString(const QPointF& point)> tip) { tip_ = std::move(tip); }
  /// Shows the figure faintly: it is being replaced.
  void setStale(bool stale);

 Q_SIGNALS:
  void pressed(const QPointF& point);  ///< the left button went down, or is down while the mouse moves

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  std::shared_ptr<const Figure> figure_;
  std::function<QString(const QPointF&)> tip_;
  QTimer* patience_;     ///< runs while new figures are held
  bool unseen_ = false;  ///< a held figure was not painted yet
  bool stale_ = false;
  int figures_shown_ = 0;
};

}  // namespace alidade
