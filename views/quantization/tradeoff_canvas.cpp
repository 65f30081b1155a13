// SPDX-License-Identifier: BSD-3-Clause
#include "views/quantization/tradeoff_canvas.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QKeyEvent>
#include <QMouseEvent>

#include "views/quantization/quantization_text.h"

namespace alidade {
namespace {

constexpr double kBudgetReach = 5.0;  // pixels

}  // namespace

TradeoffCanvas::TradeoffCanvas(QWidget* parent) : HoverCanvas(tr("Trade-off chart"), parent) {
  setObjectName(QStringLiteral("tradeoffCanvas"));
  setAccessibleDescription(tr(
      "Left and Right go through the networks, Enter looks at one, Page Up and Page Down move the budget."));
}

void TradeoffCanvas::setSheet(std::shared_ptr<const TradeoffSheet> sheet) {
  tradeoff_ = sheet ? std::make_shared<const TradeoffFigure>(std::move(sheet)) : nullptr;
  setFigure(tradeoff_);
}

TradeoffLayout TradeoffCanvas::layoutNow() const {
  return layoutTradeoff(rect(), plotTheme(), tradeoff_->sheet());
}

double TradeoffCanvas::budgetX() const {
  if (!tradeoff_ || !tradeoff_->sheet().budget) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const ChartFrame frame = layoutNow().chart;
  return std::clamp(frame.xAt(onAxis(tradeoff_->sheet().cost, *tradeoff_->sheet().budget)), frame.area.left(),
                    frame.area.right());
}

bool TradeoffCanvas::isOnBudget(const QPointF& point) const {
  const double x = budgetX();
  if (!std::isfinite(x) || std::abs(point.x() - x) > kBudgetReach) {
    return false;
  }
  const QRectF frame = layoutNow().chart.area;
  return point.y() >= frame.top() && point.y() <= frame.bottom() && !stopAt(point);
}

void TradeoffCanvas::mousePressEvent(QMouseEvent* event) {
  dragging_ = event->button() == Qt::LeftButton && isOnBudget(event->position());
  if (!dragging_) {
    HoverCanvas::mousePressEvent(event);
  }
}

void TradeoffCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (dragging_) {
    const ChartFrame frame = layoutNow().chart;
    const double x = std::clamp(event->position().x(), frame.area.left(), frame.area.right());
    Q_EMIT budgetDragged(fromAxis(tradeoff_->sheet().cost, frame.xValue(x)));
    return;
  }
  HoverCanvas::mouseMoveEvent(event);
  if (isOnBudget(event->position())) {
    setCursor(Qt::SplitHCursor);
  }
}

void TradeoffCanvas::mouseReleaseEvent(QMouseEvent* event) {
  dragging_ = false;
  HoverCanvas::mouseReleaseEvent(event);
}

void TradeoffCanvas::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_PageUp || event->key() == Qt::Key_PageDown) {
    Q_EMIT budgetStepped(event->key() == Qt::Key_PageUp ? 1 : -1);
    return;
  }
  HoverCanvas::keyPressEvent(event);
}

}  // namespace alidade
