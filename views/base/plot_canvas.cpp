// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/plot_canvas.h"

#include <QEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "views/base/plot.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr double kStaleOpacity = 0.4;

}  // namespace

PlotCanvas::PlotCanvas(const QString& name, QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setMinimumSize(200, 120);
  setAccessibleName(name);
}

void PlotCanvas::setFigure(std::shared_ptr<const Figure> figure, Describe describe, const QString& sentence) {
  figure_ = std::move(figure);
  describe_ = std::move(describe);
  sentence_ = sentence;
  update();
}

void PlotCanvas::setStale(bool stale) {
  stale_ = stale;
  update();
}

void PlotCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  painter.fillRect(rect(), theme.background());
  if (figure_) {
    painter.setOpacity(stale_ ? kStaleOpacity : 1.0);
    figure_->paint(painter, rect(), theme);
  } else if (!sentence_.isEmpty()) {
    drawText(painter, theme, QRectF(rect()).center(), Qt::AlignHCenter | Qt::AlignVCenter, sentence_,
             {TextRole::kBody, theme.colors.muted});
  }
}

void PlotCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (figure_ && describe_) {
    const QString text = describe_(event->position(), rect(), screenPlotTheme(themeOf(*this)));
    QToolTip::showText(event->globalPosition().toPoint(), plainToolTip(text), this);
  }
}

void PlotCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    update();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
