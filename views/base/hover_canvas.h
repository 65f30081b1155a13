// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QPixmap>
#include <QWidget>

#include "views/base/hover_figure.h"

namespace alidade {

/// Shows a figure and the card of what is under the mouse. Left and Right go through the stops, Home and End
/// to the first and last, Enter or a click chooses one, Esc ends that.
class HoverCanvas : public QWidget {
  Q_OBJECT

 public:
  explicit HoverCanvas(const QString& name, QWidget* parent = nullptr);

  /// Null paints nothing. The stop at the cursor stays where the new figure has one of its id.
  void setFigure(std::shared_ptr<const HoverFigure> figure);
  const std::shared_ptr<const HoverFigure>& figure() const { return figure_; }
  /// What is shown of a stop: that under the mouse, else that at the cursor.
  std::optional<HoverFigure::Stop> current() const;
  std::optional<HoverFigure::Stop> stopAt(const QPointF& point) const;

 Q_SIGNALS:
  void chosen(int id);
  void left();  ///< Esc

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

  /// Keys beside those above that this canvas takes before shortcuts do.
  virtual bool wantsKey(int) const { return false; }
  PlotTheme plotTheme() const;

 private:
  const std::vector<HoverFigure::Stop>& stops() const;
  void moveCursor(int place);

  std::shared_ptr<const HoverFigure> figure_;
  mutable std::optional<std::vector<HoverFigure::Stop>> stops_;
  QPixmap picture_;  ///< the figure as painted last; null when it is to be painted anew
  std::optional<QPointF> mouse_;
  std::optional<std::size_t> cursor_;
};

}  // namespace alidade
