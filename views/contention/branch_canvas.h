// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <QPixmap>
#include <QWidget>

#include "views/contention/branch_figure.h"
#include "views/base/hover_card.h"

namespace alidade {

/// Shows accuracies through branches, says what stands behind the cell under the mouse, and has a cursor that
/// the arrows move.
class BranchCanvas : public QWidget {
  Q_OBJECT

 public:
  using Cell = std::pair<std::size_t, std::size_t>;  ///< place of the category, and branch

  explicit BranchCanvas(QWidget* parent = nullptr);

  /// Null paints nothing.
  void setSheet(std::shared_ptr<const BranchSheet> sheet);
  std::shared_ptr<const BranchFigure> figure() const { return figure_; }
  BranchLayout layoutNow() const;
  /// What stands beside the mouse over a cell.
  HoverCard describe(const Cell& cell) const;
  const std::optional<Cell>& cursor() const { return cursor_; }

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  std::shared_ptr<const BranchFigure> figure_;
  QPixmap picture_;  ///< the figure as painted last; null when it is to be painted anew
  std::optional<QPointF> mouse_;
  std::optional<Cell> cursor_;  ///< of the keyboard
};

}  // namespace alidade
