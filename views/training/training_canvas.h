// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <QPixmap>
#include <QWidget>

#include "views/training/training_figure.h"

namespace alidade {

/// Shows the figure and moves its steps: the wheel zooms about the mouse, dragging moves, a double-click
/// shows all; with the keyboard + and -, the arrows and 0. What the mouse points at is read in every panel.
class TrainingCanvas : public QWidget {
  Q_OBJECT

 public:
  explicit TrainingCanvas(QWidget* parent = nullptr);

  void setPlots(std::shared_ptr<const TrainingPlots> plots);
  void setLogarithmic(bool logarithmic);
  /// First and last step; all when absent. Kept inside of what was recorded.
  void setSteps(std::optional<std::pair<double, double>> steps);
  const std::optional<std::pair<double, double>>& steps() const { return window_.steps; }
  std::shared_ptr<const TrainingFigure> figure() const { return figure_; }
  /// What stands beside the mouse there; empty outside of the panels.
  QStringList readout(const QPointF& point) const;

 Q_SIGNALS:
  void stepsChanged();

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Hover {
    std::size_t plot = 0;
    double step = 0.0;
  };

  void rebuild();
  void zoom(double factor, double about);
  void moveBy(double share);
  std::vector<ChartFrame> frames() const;
  std::optional<Hover> hoverAt(const QPointF& point) const;
  void paintHover(QPainter& painter, const PlotTheme& theme) const;

  std::shared_ptr<const TrainingPlots> plots_;
  TrainingFigure::Window window_;
  std::shared_ptr<const TrainingFigure> figure_;
  QPixmap picture_;  ///< the figure as painted last; null when it is to be painted anew
  std::optional<QPointF> mouse_;
  std::optional<QPointF> drag_;  ///< where the button went down
  std::pair<double, double> drag_steps_;
};

}  // namespace alidade
