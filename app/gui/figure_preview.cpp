// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/figure_preview.h"

#include <algorithm>

#include <QPainter>

#include "views/base/newest_answer.h"

namespace alidade {
namespace {

constexpr double kPreviewPointsPerMm = 72.0 / 25.4;
constexpr int kRim = 32;  // pixels around the sheet

struct PaintedSheet {
  QImage image;
  QStringList names;
};

PaintedSheet paintedSheet(const Figure* figure, const ExportOptions& options, const QSize& pixels,
                          double scale) {
  PaintedSheet sheet{QImage(pixels, QImage::Format_RGB32), {}};
  if (sheet.image.isNull()) {
    return sheet;
  }
  PlotTheme print = themeFor(options);
  print.transparent = false;
  sheet.image.fill(print.background());
  if (figure) {
    QPainter painter(&sheet.image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing |
                           QPainter::SmoothPixmapTransform);
    painter.scale(scale, scale);
    figure->paint(painter, QRectF(QPointF(0, 0), QSizeF(pixels) / scale), print);
    sheet.names = print.names->painted;
  }
  return sheet;
}

}  // namespace

FigurePreview::FigurePreview(QWidget* parent) : QWidget(parent), answer_(new NewestAnswer(this)) {}

FigurePreview::~FigurePreview() {
  delete answer_;  // what it paints is taken by nobody any more
}

void FigurePreview::display(std::shared_ptr<const Figure> figure, const ExportOptions& options) {
  figure_ = std::move(figure);
  options_ = options;
  asked_ = {};
  update();
}

void FigurePreview::ask(const QSize& pixels, double scale) {
  asked_ = pixels;
  answer_->ask([this, figure = figure_, options = options_, pixels, scale]() -> NewestAnswer::Take {
    return [this, sheet = paintedSheet(figure.get(), options, pixels, scale)] {
      sheet_ = sheet.image;
      update();
      if (names_ != sheet.names) {
        names_ = sheet.names;
        Q_EMIT painted();
      }
    };
  });
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
  if (asked_ != pixels) {
    ask(pixels, scale * ratio);
  }
  const QRectF sheet(room.center() - QPointF(paper.width(), paper.height()) * scale / 2, paper * scale);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  if (sheet_.isNull()) {
    painter.fillRect(sheet, Qt::white);
  } else {
    painter.drawImage(sheet, sheet_);
  }
  painter.setPen(QPen(palette().color(QPalette::Mid), 0));
  painter.drawRect(sheet);
}

}  // namespace alidade
