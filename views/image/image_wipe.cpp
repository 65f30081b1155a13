// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_wipe.h"

#include <algorithm>

#include <QPainter>

#include "views/base/plot.h"
#include "views/image/image_rasters.h"

namespace alidade {
namespace {

constexpr double kGripRadius = 9.0;

void paintName(QPainter& painter, const PlotTheme& theme, const QRectF& room, const QString& name,
               Qt::Alignment side) {
  const TextStyle style{TextRole::kSmall, alidade::theme(ThemeKind::kDark).text};
  const double pad = theme.spacing;
  const QString text = elided(theme, name, room.width() - 4.0 * pad, style);
  if (room.width() < 8.0 * pad || text.isEmpty()) {
    return;
  }
  const double height = 1.4 * theme.small_size;
  QRectF box(0, room.top() + 1.5 * pad, textWidth(theme, text, style) + 2.0 * pad, height);
  side& Qt::AlignRight ? box.moveRight(room.right() - 1.5 * pad) : box.moveLeft(room.left() + 1.5 * pad);
  QColor ground = theme.colors.halo;
  ground.setAlphaF(0.8F);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ground);
  painter.drawRoundedRect(box, 0.25 * height, 0.25 * height);
  painter.setBrush(Qt::NoBrush);
  drawText(painter, theme, box.center(), Qt::AlignCenter, text, style);
}

}  // namespace

void paintWipeBorder(QPainter& painter, const PlotTheme& theme, const QRectF& area, double x,
                     const ImageWipe& wipe, bool grip) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const QColor light = alidade::theme(ThemeKind::kDark).text;
  painter.setPen(QPen(theme.colors.halo, 3.0 * theme.hairline));
  painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  painter.setPen(QPen(light, theme.hairline));
  painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  if (grip) {
    const QPointF middle(x, area.center().y());
    painter.setPen(QPen(theme.colors.halo, 1.5));
    painter.setBrush(light);
    painter.drawEllipse(middle, kGripRadius, kGripRadius);
    painter.setPen(QPen(theme.colors.halo, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    for (const double side : {-1.0, 1.0}) {
      painter.drawPolyline(QPolygonF{middle + QPointF(2.5 * side, -3.0), middle + QPointF(5.5 * side, 0.0),
                                     middle + QPointF(2.5 * side, 3.0)});
    }
  }
  paintName(painter, theme, {area.topLeft(), QPointF(x, area.bottom())}, wipe.left_name, Qt::AlignRight);
  paintName(painter, theme, {QPointF(x, area.top()), area.bottomRight()}, wipe.right_name, Qt::AlignLeft);
  painter.restore();
}

ImageWipeFigure::ImageWipeFigure(std::shared_ptr<const ImageFigure> left, ImageWipe wipe, double share)
    : left_(std::move(left)), wipe_(std::move(wipe)), share_(std::clamp(share, 0.0, 1.0)) {}

void ImageWipeFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  const QSizeF size(left_->rasters()->size);
  if (size.isEmpty()) {
    left_->paint(painter, area, theme);
    return;
  }
  painter.save();
  painter.setClipRect(area, Qt::IntersectClip);
  paintBackground(painter, theme, area);
  const double foot = left_->legendHeight(theme);
  const QTransform painter_from_image = fittedImage(size.toSize(), area.adjusted(0, 0, 0, -foot));
  const QRectF image = painter_from_image.mapRect(QRectF(QPointF(0, 0), size));
  const double x = image.left() + share_ * image.width();
  const auto side = [&](const ImageFigure& figure, const QRectF& part) {
    painter.save();
    painter.setClipRect(part, Qt::IntersectClip);
    figure.paintPlaced(painter, painter_from_image, theme, true);
    painter.restore();
  };
  side(*left_, {image.topLeft(), QPointF(x, image.bottom())});
  side(*wipe_.right, {QPointF(x, image.top()), image.bottomRight()});
  paintWipeBorder(painter, theme, image, x, wipe_, false);
  left_->paintLegend(
      painter, {image.left() + 0.5 * theme.spacing, image.bottom(), image.width() - theme.spacing, foot},
      theme);
  painter.restore();
}

Table ImageWipeFigure::data() const {
  Table table = left_->data();
  const Table right = wipe_.right->data();
  const auto name = [](std::vector<std::vector<Table::Cell>> rows, const QString& side) {
    for (auto& row : rows) {
      row.insert(row.begin(), side.toStdString());
    }
    return rows;
  };
  table.rows = name(std::move(table.rows), wipe_.left_name);
  // The right side may lack the columns of a comparison that it has no prediction for.
  for (auto row : name(right.rows, wipe_.right_name)) {
    std::vector<Table::Cell> placed(table.columns.size() + 1);
    placed[0] = std::move(row[0]);
    for (std::size_t i = 0; i < right.columns.size(); ++i) {
      const auto column = std::find(table.columns.begin(), table.columns.end(), right.columns[i]);
      if (column != table.columns.end()) {
        placed[static_cast<std::size_t>(column - table.columns.begin()) + 1] = std::move(row[i + 1]);
      }
    }
    table.rows.push_back(std::move(placed));
  }
  table.columns.insert(table.columns.begin(), "side");
  return table;
}

Provenance ImageWipeFigure::provenance() const {
  return left_->provenance();
}

}  // namespace alidade
