// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/table_figure.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

TextStyle styleOf(const PlotTheme& theme, const TableCell& cell, bool number) {
  TextStyle style;
  style.number = number;
  style.bold = cell.bold;
  if (cell.alarming) {
    style.color = theme.colors.prediction;
  } else if (cell.muted) {
    style.color = theme.colors.muted;
  }
  return style;
}

double columnGap(const PlotTheme& theme) {
  return 1.4 * theme.text_size;
}
double rowHeight(const PlotTheme& theme) {
  return 1.65 * theme.text_size;
}

}  // namespace

std::vector<double> TableFigure::columnWidths(const PlotTheme& theme) const {
  std::vector<double> widths;
  for (std::size_t c = 0; c < content_.columns.size(); ++c) {
    double width =
        textWidth(theme, content_.columns[c].title, styleOf(theme, {{}, true}, content_.columns[c].number));
    for (const auto& row : content_.rows) {
      width =
          std::max(width, textWidth(theme, row[c].text, styleOf(theme, row[c], content_.columns[c].number)));
    }
    widths.push_back(width);
  }
  return widths;
}

void TableFigure::paintRow(QPainter& painter, const PlotTheme& theme, const std::vector<double>& widths,
                           double extra, double y, const std::vector<TableCell>& row) const {
  double x = 0.0;
  for (std::size_t c = 0; c < row.size(); ++c) {
    const bool number = content_.columns[c].number;
    const QPointF anchor(number ? x + widths[c] : x, y + 0.5 * rowHeight(theme));
    drawText(painter, theme, anchor, (number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter,
             row[c].text, styleOf(theme, row[c], number));
    if (row[c].underline && !row[c].text.isEmpty()) {
      const double length = textWidth(theme, row[c].text, styleOf(theme, row[c], number));
      const double left = number ? anchor.x() - length : anchor.x();
      const double below = anchor.y() + 0.62 * theme.text_size;
      painter.setPen(QPen(styleOf(theme, row[c], number).color.value_or(theme.colors.text), theme.hairline));
      painter.drawLine(QPointF(left, below), QPointF(left + length, below));
    }
    x += widths[c] + columnGap(theme) + extra;
  }
}

void TableFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  paintBackground(painter, theme, area);
  const double margin = 2.0 * theme.spacing;
  const auto widths = columnWidths(theme);
  const double gaps = columnGap(theme) * static_cast<double>(widths.size() - 1);
  const double natural = std::accumulate(widths.begin(), widths.end(), 0.0) + gaps;
  const double scale = std::clamp((area.width() - 2.0 * margin) / natural, 0.5, 1.0);
  painter.translate(area.left() + margin, area.top() + margin);
  painter.scale(scale, scale);
  const double width = (area.width() - 2.0 * margin) / scale;
  const double height = (area.height() - 2.0 * margin) / scale;
  // Left-over width goes between the columns, but not so much that the eye loses the line.
  const double extra = widths.size() < 2
                           ? 0.0
                           : std::clamp((width - natural) / static_cast<double>(widths.size() - 1), 0.0,
                                        1.5 * columnGap(theme));
  const double used = natural + extra * static_cast<double>(widths.size() - 1);
  const auto rule = [&](double y, double weight) {
    painter.setPen(QPen(theme.print ? theme.colors.text : theme.colors.border, weight * theme.hairline));
    painter.drawLine(QPointF(0, y), QPointF(used, y));
  };
  std::vector<TableCell> header;
  for (const auto& column : content_.columns) {
    header.push_back({column.title, true});
  }
  rule(0.0, 2.0);
  paintRow(painter, theme, widths, extra, 0.15 * rowHeight(theme), header);
  double y = 1.3 * rowHeight(theme);
  rule(y, 1.2);
  y += 0.15 * rowHeight(theme);
  const auto room = static_cast<std::size_t>(
      std::max(1.0, std::floor((height - y - 0.3 * rowHeight(theme)) / rowHeight(theme))));
  const std::size_t shown = content_.rows.size() <= room ? content_.rows.size() : room - 1;
  for (std::size_t r = 0; r < shown; ++r) {
    if (content_.last_row_is_summary && r + 1 == content_.rows.size() && r > 0) {
      y += 0.15 * rowHeight(theme);
      rule(y, 1.0);
      y += 0.15 * rowHeight(theme);
    }
    paintRow(painter, theme, widths, extra, y, content_.rows[r]);
    y += rowHeight(theme);
  }
  if (shown < content_.rows.size()) {
    drawText(painter, theme, {0.0, y + 0.5 * rowHeight(theme)}, Qt::AlignLeft | Qt::AlignVCenter,
             QString("and %1 more").arg(content_.rows.size() - shown), {TextRole::kBody, theme.colors.muted});
    y += rowHeight(theme);
  }
  rule(y + 0.15 * rowHeight(theme), 2.0);
  painter.restore();
}

}  // namespace alidade
