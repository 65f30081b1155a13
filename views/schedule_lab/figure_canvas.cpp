// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/figure_canvas.h"

#include <utility>

#include <QEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QTimer>
#include <QToolTip>

#include "views/base/plot_theme.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr double kStaleOpacity = 0.4;
constexpr int kPatience_ms = 400;

}  // namespace

FigureCanvas::FigureCanvas(const QString& name, QWidget* parent)
    : QWidget(parent), patience_(new QTimer(this)) {
  setAccessibleName(name);
  setMinimumSize(240, 110);
  patience_->setSingleShot(true);
  patience_->setInterval(kPatience_ms);
  connect(patience_, &QTimer::timeout, this, [this] { setHeld(false); });
}

void FigureCanvas::setFigure(std::shared_ptr<const Figure> figure) {
  figure_ = std::move(figure);
  ++figures_shown_;
  if (patience_->isActive()) {
    unseen_ = true;
  } else {
    update();
  }
}

void FigureCanvas::setHeld(bool held) {
  if (held) {
    // From the first figure that was not painted on, so that a slider that never rests is followed.
    if (!patience_->isActive()) {
      patience_->start();
    }
    return;
  }
  patience_->stop();
  if (std::exchange(unseen_, false)) {
    update();
  }
}

void FigureCanvas::setStale(bool stale) {
  if (stale != stale_) {
    stale_ = stale;
    update();
  }
}

bool FigureCanvas::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && tip_) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString text = tip_(help->pos());
    text.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), plainToolTip(text), this);
    return true;
  }
  return QWidget::event(event);
}

void FigureCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  painter.fillRect(rect(), theme.background());
  if (figure_) {
    painter.setOpacity(stale_ ? kStaleOpacity : 1.0);
    figure_->paint(painter, rect(), theme);
  }
}

void FigureCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) {
    Q_EMIT pressed(event->position());
  }
}

void FigureCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton) {
    Q_EMIT pressed(event->position());
  }
}

void FigureCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    update();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
