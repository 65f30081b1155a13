// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_canvas.h"

#include <QEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace alidade {

constexpr double kHoverReach = 8.0;  // pixels
constexpr double kDimmedOpacity = 0.4;

MollweideCanvas::MollweideCanvas(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setMinimumSize(160, 120);
  setAccessibleName("Map of rotation samples");
}

void MollweideCanvas::setFigure(std::shared_ptr<const MollweideFigure> figure) {
  figure_ = std::move(figure);
  update();
}

void MollweideCanvas::setDimmed(bool dimmed) {
  dimmed_ = dimmed;
  update();
}

void MollweideCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  painter.fillRect(rect(), theme.background());
  if (figure_) {
    painter.setOpacity(dimmed_ ? kDimmedOpacity : 1.0);
    figure_->paint(painter, rect(), theme);
  }
}

void MollweideCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) {
    dragged_from_ = event->position();
  }
}

void MollweideCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (!figure_) {
    return;
  }
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  if (!dragged_from_) {
    const auto sample = figure_->nearestSample(event->position(), rect(), theme, kHoverReach);
    QToolTip::showText(event->globalPosition().toPoint(),
                       sample ? figure_->describeSample(*sample) : QString(), this);
    return;
  }
  const MollweideLayout layout = figure_->layout(rect(), theme);
  const Eigen::Vector2d from = layout.placeOf(*dragged_from_);
  const Eigen::Vector2d to = layout.placeOf(event->position());
  if (from.allFinite() && to.allFinite()) {
    Q_EMIT turned(from, to);
  }
  dragged_from_ = event->position();
}

void MollweideCanvas::mouseReleaseEvent(QMouseEvent*) {
  dragged_from_.reset();
}

void MollweideCanvas::mouseDoubleClickEvent(QMouseEvent*) {
  Q_EMIT doubleClicked();
}

void MollweideCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    update();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
