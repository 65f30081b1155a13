// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/comparison_figure.h"

#include <algorithm>

#include <QPainter>

#include "views/base/plot.h"
#include "views/image/image_rasters.h"

namespace alidade {
namespace {

constexpr double kFullWidth = 24.0;  ///< of a picture, in text sizes: from here on lines are as wide as anywhere
constexpr double kThinnest = 0.4;

}  // namespace

/// Where the pictures lie.
struct ComparisonFigure::Grid {
  QRectF first;      ///< the picture at the top left
  double gap = 0.0;  ///< between two of them
  double head = 0.0;
  QRectF legend;

  QRectF cell(std::size_t row, std::size_t column) const {
    return first.translated(static_cast<double>(column) * (first.width() + gap),
                            static_cast<double>(row) * (first.height() + gap));
  }
};

ComparisonFigure::ComparisonFigure(ComparisonData data) : data_(std::move(data)) {
  // Pictures of one scene share its pixels, and, where errors are drawn, nothing else.
  std::vector<std::shared_ptr<const ImageRasters>> rasters(data_.frames.size());
  for (const ComparisonData::Row& row : data_.rows) {
    for (std::size_t column = 0; column < data_.frames.size(); ++column) {
      ImageFigureData cell{data_.frames[column], row.result, data_.layers, {}, data_.provenance};
      pictures_.emplace_back(std::move(cell), rasters[column]);
      rasters[column] = pictures_.back().rasters();
    }
  }
}

ComparisonFigure::Grid ComparisonFigure::gridIn(const QRectF& area, const PlotTheme& theme) const {
  Grid grid;
  grid.gap = theme.spacing;
  grid.head = lineHeight(theme, TextRole::kBody) + theme.spacing;
  const double top = data_.frame_names ? grid.head : 0.0;
  const double foot = data_.layers.legend ? lineHeight(theme, TextRole::kSmall) + theme.spacing : 0.0;
  const auto columns = static_cast<double>(data_.frames.size());
  const auto rows = static_cast<double>(data_.rows.size());
  const QSizeF room(area.width() - grid.head - (columns - 1.0) * grid.gap,
                    area.height() - top - foot - (rows - 1.0) * grid.gap);
  const QSizeF most(std::max(1.0, room.width() / columns), std::max(1.0, room.height() / rows));
  QSizeF shape(4.0, 3.0);
  for (const ImageFigure& picture : pictures_) {
    if (const QSize& size = picture.rasters()->size; !size.isEmpty()) {
      shape = size;
      break;
    }
  }
  const QSizeF size = shape.scaled(most, Qt::KeepAspectRatio);
  const QSizeF used(grid.head + columns * size.width() + (columns - 1.0) * grid.gap,
                    top + rows * size.height() + (rows - 1.0) * grid.gap + foot);
  const QPointF corner = area.center() - 0.5 * QPointF(used.width(), used.height());
  grid.first = {corner + QPointF(grid.head, top), size};
  grid.legend = {grid.first.left(), corner.y() + used.height() - foot + theme.spacing,
                 used.width() - grid.head, foot - theme.spacing};
  return grid;
}

void ComparisonFigure::paintHeads(QPainter& painter, const Grid& grid, const PlotTheme& theme) const {
  for (std::size_t column = 0; data_.frame_names && column < data_.frames.size(); ++column) {
    const QRectF cell = grid.cell(0, column);
    const QString name = QString::fromStdString(data_.frames[column]->info.name);
    drawText(painter, theme, {cell.center().x(), cell.top() - theme.spacing}, Qt::AlignHCenter | Qt::AlignBottom,
             elided(theme, name, cell.width(), {TextRole::kSmall}), {TextRole::kSmall, theme.colors.muted});
  }
  for (std::size_t row = 0; row < data_.rows.size(); ++row) {
    const QRectF cell = grid.cell(row, 0);
    TextStyle style{TextRole::kBody, {}, false, false, -90.0};
    const QString whole = shownName(theme, data_.rows[row].name);
    if (textWidth(theme, whole, style) > cell.height()) {
      style.role = TextRole::kSmall;
    }
    const QString name = elided(theme, whole, cell.height() + grid.gap, style);
    drawText(painter, theme, {cell.left() - theme.spacing, cell.center().y()},
             Qt::AlignHCenter | Qt::AlignBottom, name, style);
  }
}

void ComparisonFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setClipRect(area, Qt::IntersectClip);
  paintBackground(painter, theme, area);
  const Grid grid = gridIn(area, theme);
  paintHeads(painter, grid, theme);
  PlotTheme small = theme;  // lines must not hide what small pictures show
  small.line *= std::clamp(grid.first.width() / (kFullWidth * theme.text_size), kThinnest, 1.0);
  for (std::size_t row = 0; row < data_.rows.size(); ++row) {
    for (std::size_t column = 0; column < data_.frames.size(); ++column) {
      const ImageFigure& shown = picture(row, column);
      const QSize size = shown.rasters()->size;
      if (size.isEmpty()) {
        drawText(painter, theme, grid.cell(row, column).center(), Qt::AlignCenter, QStringLiteral("no image"),
                 {TextRole::kSmall, theme.colors.muted});
        continue;
      }
      const QTransform placed = fittedImage(size, grid.cell(row, column));
      painter.save();
      painter.setClipRect(placed.mapRect(QRectF(QPointF(0, 0), QSizeF(size))), Qt::IntersectClip);
      shown.paintPlaced(painter, placed, small, true);
      painter.restore();
    }
  }
  if (data_.layers.legend) {
    const bool predicted = std::any_of(data_.rows.begin(), data_.rows.end(),
                                       [](const ComparisonData::Row& row) { return row.result != nullptr; });
    paintOverlayLegend(painter, theme, grid.legend, data_.layers.poses, predicted, OverlayGround::kPhoto);
  }
  painter.restore();
}

Table ComparisonFigure::data() const {
  Table all;
  for (const ComparisonData::Row& row : data_.rows) {
    for (const auto& frame : data_.frames) {
      Table part = poseTable(*frame, row.result.get());
      if (all.columns.empty()) {
        all.columns = part.columns;
        all.columns.insert(all.columns.begin(), "model");
      }
      for (auto& cells : part.rows) {
        cells.insert(cells.begin(), row.name.toStdString());
        all.rows.push_back(std::move(cells));
      }
    }
  }
  return all;
}

}  // namespace alidade
