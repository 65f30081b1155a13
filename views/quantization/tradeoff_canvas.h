// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "views/base/hover_canvas.h"
#include "views/quantization/tradeoff_figure.h"

namespace alidade {

/// A trade-off chart whose budget line can be dragged; Page Up and Page Down go to the next assignment of the
/// solved frontier that costs more or less.
class TradeoffCanvas : public HoverCanvas {
  Q_OBJECT

 public:
  explicit TradeoffCanvas(QWidget* parent = nullptr);

  void setSheet(std::shared_ptr<const TradeoffSheet> sheet);
  std::shared_ptr<const TradeoffFigure> tradeoff() const { return tradeoff_; }
  /// Where the budget line is; NaN without one.
  double budgetX() const;

 Q_SIGNALS:
  void budgetDragged(double cost);  ///< as cost_of
  void budgetStepped(int delta);

 protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool wantsKey(int key) const override { return key == Qt::Key_PageUp || key == Qt::Key_PageDown; }

 private:
  TradeoffLayout layoutNow() const;
  bool isOnBudget(const QPointF& point) const;

  std::shared_ptr<const TradeoffFigure> tradeoff_;
  bool dragging_ = false;
};

}  // namespace alidade
