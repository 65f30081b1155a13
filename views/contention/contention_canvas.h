// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <QPixmap>
#include <QWidget>

#include "views/contention/contention_figure.h"
#include "views/base/hover_card.h"

namespace alidade {

/// Shows a sheet, says what a cell under the mouse holds, and has a cursor: the arrows move it, Enter or a
/// click opens its cell, Esc closes it, Page Up and Down step through the epochs, Space plays them. Where
/// groups are shown, the names at the left can be dragged into another one.
class ContentionCanvas : public QWidget {
  Q_OBJECT

 public:
  explicit ContentionCanvas(QWidget* parent = nullptr);

  /// Null paints nothing.
  void setSheet(std::shared_ptr<const ContentionSheet> sheet);
  std::shared_ptr<const ContentionFigure> figure() const { return figure_; }
  /// What to say of a cell.
  void setDescribe(std::function<HoverCard(const ContentionCell&)> describe) {
    describe_ = std::move(describe);
  }
  /// This cell has a frame, and a thin one its mirror image and the same cells of other panels.
  void setOpened(const std::optional<ContentionCell>& cell);

  ContentionLayout layoutNow() const;
  /// The cell under a point; none outside of the matrices.
  std::optional<ContentionCell> cellAt(const QPointF& point) const;
  const std::optional<ContentionCell>& cursor() const { return cursor_; }
  /// The row whose name at the left of a matrix lies under a point; none where no groups are shown.
  std::optional<int> rowNameAt(const QPointF& point) const;
  /// The group beside a point; one more than there are, below the matrices: a new one.
  std::optional<int> groupAt(const QPointF& point) const;

 Q_SIGNALS:
  /// The name of a row was dropped beside another group.
  void rowDropped(int row, int group);
  void cellChosen(const ContentionCell& cell);
  void closed();  ///< Esc
  void epochStep(int delta);
  void playAsked();

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void moveCursor(int down, int right);
  void choose(const ContentionCell& cell);
  void paintMarks(QPainter& painter, const PlotTheme& theme) const;
  void paintDragged(QPainter& painter, const PlotTheme& theme) const;
  QRectF squareOf(const ContentionLayout& layout, const ContentionCell& cell) const;
  std::size_t placeOf(int row) const;

  std::shared_ptr<const ContentionFigure> figure_;
  std::function<HoverCard(const ContentionCell&)> describe_;
  QPixmap picture_;  ///< the figure as painted last; null when it is to be painted anew
  std::optional<QPointF> mouse_;
  std::optional<ContentionCell> cursor_;
  std::optional<ContentionCell> opened_;
  std::optional<int> dragged_;  ///< row
  bool by_keyboard_ = false;    ///< the cursor is seen
};

}  // namespace alidade
