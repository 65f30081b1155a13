// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_foot.h"

#include <QPainter>

#include "views/base/plot.h"
#include "views/base/theme.h"
#include "views/image/image_canvas.h"
#include "views/image/image_errors_paint.h"

namespace alidade {
namespace {

constexpr int kHeight = 24;
constexpr int kMargin = 8;
constexpr int kBarWidth = 220;

}  // namespace

DepthBar::DepthBar(const ImageCanvas& canvas, QWidget* parent) : QWidget(parent), canvas_(canvas) {
  setMinimumWidth(kBarWidth);
}

void DepthBar::paintEvent(QPaintEvent*) {
  if (const auto figure = canvas_.figure()) {
    QPainter painter(this);
    figure->paintDepthBar(painter, rect(), screenPlotTheme(themeOf(*this)));
  }
}

ErrorLegend::ErrorLegend(const ImageCanvas& canvas, QWidget* parent) : QWidget(parent), canvas_(canvas) {
  setFixedHeight(kHeight);
  setObjectName("imageErrorLegend");
  setAccessibleName("Legend of the error layers");
}

void ErrorLegend::paintEvent(QPaintEvent*) {
  if (const auto figure = canvas_.figure()) {
    QPainter painter(this);
    paintErrorLegend(painter, QRectF(rect()).adjusted(kMargin, 0, -kMargin, 0),
                     screenPlotTheme(themeOf(*this)), *figure->errors(), figure->contents().layers.errors);
  }
}

NoteLabel::NoteLabel(QWidget* parent) : QLabel(parent) {
  setTextFormat(Qt::PlainText);
  setProperty("muted", true);
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void NoteLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setPen(themeOf(*this).muted);
  painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter,
                   fontMetrics().elidedText(text(), Qt::ElideRight, width()));
}

}  // namespace alidade
