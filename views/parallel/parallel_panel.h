// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QWidget>

#include "views/parallel/parallel_figure.h"

namespace alidade {

/// Shows a table as parallel coordinates. Dragging along an axis brushes it, a click on its brush takes that
/// away; dragging a name sideways moves its axis; a click on a line chooses its row. With the keyboard Left
/// and Right go to the next axis, with Shift they move it, Up and Down go through the kept rows, Enter
/// chooses one, Esc takes all brushes away.
class ParallelPanel : public QWidget {
  Q_OBJECT

 public:
  explicit ParallelPanel(QWidget* parent = nullptr);

  /// Null shows nothing. The look stays where the axes have the names that they had.
  void setTable(std::shared_ptr<const ParallelTable> table);
  void setLook(const ParallelLook& look);
  const ParallelLook& look() const { return look_; }
  void setChosen(std::optional<int> id);
  std::shared_ptr<const ParallelFigure> figure() const { return figure_; }
  ParallelLayout layoutNow() const;

 Q_SIGNALS:
  void lookChanged();
  void chosen(int id);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  enum class Drag { kNone, kBrush, kName };

  void refresh();
  void brushTo(double y);
  void moveAxis(std::size_t place, std::size_t to);
  void moveAxisKeys(int by, bool with_axis);
  void stepRow(int by);
  PlotTheme plotTheme() const;

  std::shared_ptr<const ParallelTable> table_;
  std::shared_ptr<const ParallelFigure> figure_;
  std::vector<QString> named_;  ///< axes of the last table
  ParallelLook look_;
  std::optional<int> chosen_;
  std::optional<QPointF> mouse_;
  Drag drag_ = Drag::kNone;
  QPointF pressed_;
  std::size_t axis_ = 0;            ///< place from the left: dragged, or at the cursor
  std::optional<std::size_t> row_;  ///< at the cursor
};

}  // namespace alidade
