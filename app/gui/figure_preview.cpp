// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/figure_preview.h"

#include <algorithm>

#include <QPainter>

namespace alidade {
namespace {

constexpr double kPreviewPointsPerMm = 72.0 / 25.4;
constexpr int kRim = 32;  // pixels around the sheet

}  // namespace

void FigurePreview::display(std::shared_ptr<const Figure> figure, const ExportOptions& options) {
  figure_ = std::move(figure);
  options_ = options;
  sheet_ = {};
  update();
}

void FigurePreview::paintSheet(const QSize& pixels, double scale) {
  sheet_ = QImage(pixels, QImage::Format_RGB32);
  if (sheet_.isNull()) {
    return;
  }
  PlotTheme print = themeFor(options_);
  print.transparent = false;
  sheet_.fill(print.background());
  if (!figure_) {
    return;
  }
  QPainter painter(&sheet_);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing |
                         QPainter::SmoothPixmapTransform);
  painter.scale(scale, scale);
  figure_->paint(painter, QRectF(QPointF(0, 0), QSizeF(pixels) / scale), print);
  if (names_ != print.names->painted) {
    names_ = print.names->painted;
    QMetaObject::invokeMethod(this, &FigurePreview::painted, Qt::QueuedConnection);
  }
}

void FigurePreview::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), palette().color(QPalette::Window));
  const QSizeF paper(options_.width_mm * kPreviewPointsPerMm, options_.height_mm * kPreviewPointsPerMm);
  const QRectF room = QRectF(rect()).adjusted(kRim, kRim, -kRim, -kRim);
  if (room.width() < 1.0 || room.height() < 1.0) {
    return;
  }
  const double scale = std::min(room.width() / paper.width(), room.height() / paper.height());
  const double ratio = devicePixelRatioF();
  const QSize pixels = (paper * scale * ratio).toSize().expandedTo({1, 1});
  if (sheet_.size() != pixels) {
    paintSheet(pixels, scale * ratio);
  }
  const QRectF sheet(room.center() - QPointF(paper.width(), paper.height()) * scale / 2, paper * scale);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  painter.drawImage(sheet, sheet_);
  painter.setPen(QPen(palette().color(QPalette::Mid), 0));
  painter.drawRect(sheet);
}

}  // namespace alidade
