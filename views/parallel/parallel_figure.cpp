// SPDX-License-Identifier: BSD-3-Clause
#include "views/parallel/parallel_figure.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include "views/base/color_map.h"
#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kFaintLine = 0.12, kLineOpacity = 0.8, kBrushOpacity = 0.16;
constexpr double kBrushWidth = 14.0;  // hairlines
constexpr int kAxisNumbers = 5;

QColor lineColor(const ParallelTable& table, const ParallelLayout& layout, const ParallelRow& row,
                 const PlotTheme& theme) {
  const auto axis = std::find_if(layout.axes.begin(), layout.axes.end(),
                                 [&](const auto& one) { return one.index == table.color_axis; });
  if (axis == layout.axes.end() || !std::isfinite(row.values[table.color_axis])) {
    return theme.colors.muted;
  }
  return surfaceColor(SequentialMap::kViridis, axis->scale.share(row.values[table.color_axis]),
                      theme.colors.dark);
}

std::vector<QPointF> pointsOf(const ParallelLayout& layout, const ParallelRow& row) {
  std::vector<QPointF> points;
  for (const ParallelLayout::Axis& axis : layout.axes) {
    points.emplace_back(axis.x, layout.yAt(axis, row.values[axis.index]));
  }
  return points;
}

/// A line with gaps where a value is unknown.
QPainterPath pathOf(const std::vector<QPointF>& points) {
  QPainterPath path;
  bool open = false;
  for (const QPointF& point : points) {
    if (!std::isfinite(point.y())) {
      open = false;
    } else if (open) {
      path.lineTo(point);
    } else {
      path.moveTo(point);
      open = true;
    }
  }
  return path;
}

double distanceTo(const QPointF& point, const QPointF& a, const QPointF& b) {
  if (!std::isfinite(a.y()) || !std::isfinite(b.y())) {
    return 1e9;
  }
  const QPointF along = b - a, from = point - a;
  const double length = QPointF::dotProduct(along, along);
  const double share = length > 0.0 ? std::clamp(QPointF::dotProduct(from, along) / length, 0.0, 1.0) : 0.0;
  const QPointF off = from - share * along;
  return std::hypot(off.x(), off.y());
}

class ParallelPainter {
 public:
  ParallelPainter(QPainter& painter, const PlotTheme& theme, const ParallelTable& table,
                  const ParallelLook& look, const QRectF& area)
      : painter_(painter),
        theme_(theme),
        table_(table),
        look_(look),
        layout_(layoutParallel(area, theme, table, look)) {}

  void paint(std::optional<int> chosen) {
    for (const bool kept : {false, true}) {
      for (const ParallelRow& row : table_.rows) {
        if (isKept(look_, row) == kept) {
          paintRow(row, kept ? kLineOpacity : kFaintLine, 0.8 * theme_.line);
        }
      }
    }
    for (const ParallelRow& row : table_.rows) {
      if (chosen && row.id == *chosen) {
        painter_.setPen(QPen(theme_.colors.accent, 2.0 * theme_.line));
        painter_.drawPath(pathOf(pointsOf(layout_, row)));
      }
    }
    for (const ParallelLayout::Axis& axis : layout_.axes) {
      paintAxis(axis);
    }
  }

 private:
  void paintRow(const ParallelRow& row, double opacity, double width) {
    QColor color = lineColor(table_, layout_, row, theme_);
    color.setAlphaF(opacity);
    painter_.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter_.setBrush(Qt::NoBrush);
    painter_.drawPath(pathOf(pointsOf(layout_, row)));
  }

  void paintAxis(const ParallelLayout::Axis& axis) {
    const ParallelAxis& described = table_.axes[axis.index];
    painter_.setPen(QPen(theme_.colors.muted, theme_.hairline));
    painter_.drawLine(QPointF(axis.x, layout_.area.top()), QPointF(axis.x, layout_.area.bottom()));
    const std::size_t count = layout_.axes.size();
    const double room =
        layout_.area.width() / static_cast<double>(std::max<std::size_t>(count - 1, 1)) - theme_.spacing;
    // The names of the first and the last axis reach inside.
    const bool first = axis.x <= layout_.area.left() + 1.0, last = axis.x >= layout_.area.right() - 1.0;
    const Qt::Alignment side = first && !last   ? Qt::AlignLeft
                               : last && !first ? Qt::AlignRight
                                                : Qt::AlignHCenter;
    const TextStyle words{TextRole::kSmall};
    drawText(painter_, theme_, {axis.x, layout_.head}, side | Qt::AlignVCenter,
             elided(theme_, described.name, first || last ? 0.9 * room : room, words), words);
    const auto ticks = axisTicks(axis.scale, kAxisNumbers);
    double free_below = 1e9;
    for (const double tick : ticks) {
      const double y = layout_.yAt(axis, tick);
      if (!axis.scale.draws(tick) || y > free_below || y < layout_.area.top() - 1.0 ||
          y > layout_.area.bottom() + 1.0) {
        continue;
      }
      free_below = y - lineHeight(theme_, TextRole::kSmall);
      painter_.drawLine(QPointF(axis.x - 2.0 * theme_.hairline, y),
                        QPointF(axis.x + 2.0 * theme_.hairline, y));
      paintNumber(axis, parallelText(described, tick), y, last);
    }
    if (axis.index < look_.brushes.size() && look_.brushes[axis.index]) {
      paintBrush(axis, *look_.brushes[axis.index]);
    }
  }

  /// On a ground of its own, since lines go through it.
  void paintNumber(const ParallelLayout::Axis& axis, const QString& text, double y, bool to_left) {
    const TextStyle style{TextRole::kSmall, theme_.colors.muted, true};
    const double width = textWidth(theme_, text, style), line = lineHeight(theme_, TextRole::kSmall);
    const double x = to_left ? axis.x - theme_.spacing - width : axis.x + theme_.spacing;
    QColor ground = theme_.background();
    ground.setAlphaF(0.8);
    painter_.fillRect(QRectF(x - 1.0, y - 0.45 * line, width + 2.0, 0.9 * line), ground);
    drawText(painter_, theme_, {x, y}, Qt::AlignLeft | Qt::AlignVCenter, text, style);
  }

  void paintBrush(const ParallelLayout::Axis& axis, const ParallelBrush& brush) {
    const auto yOf = [&](double value, double beyond) {
      return axis.scale.draws(value)
                 ? std::clamp(layout_.yAt(axis, value), layout_.area.top(), layout_.area.bottom())
                 : beyond;
    };
    const double half = 0.5 * kBrushWidth * theme_.hairline;
    const QRectF place(QPointF(axis.x - half, yOf(brush.high, layout_.area.top())),
                       QPointF(axis.x + half, yOf(brush.low, layout_.area.bottom())));
    QColor fill = theme_.colors.accent;
    fill.setAlphaF(kBrushOpacity);
    painter_.fillRect(place, fill);
    painter_.setPen(QPen(theme_.colors.accent, theme_.hairline));
    painter_.setBrush(Qt::NoBrush);
    painter_.drawRect(place);
  }

  QPainter& painter_;
  const PlotTheme& theme_;
  const ParallelTable& table_;
  const ParallelLook& look_;
  ParallelLayout layout_;
};

}  // namespace

QString parallelText(const ParallelAxis& axis, double value) {
  if (!std::isfinite(value)) {
    return QStringLiteral("\u2013");
  }
  if (!axis.names.empty()) {
    const auto index = static_cast<std::size_t>(
        std::clamp(std::lround(value), 0l, static_cast<long>(axis.names.size()) - 1));
    return axis.names[index];
  }
  return axis.percent ? numberText(100.0 * value, 1) + QStringLiteral(" %") : valueText(value);
}

void ParallelFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  ParallelPainter(painter, theme, *table_, look_, area).paint(chosen_);
  painter.restore();
}

std::optional<std::size_t> ParallelFigure::rowAt(const QPointF& point, const QRectF& area,
                                                 const PlotTheme& theme, double reach) const {
  const ParallelLayout layout = layoutParallel(area, theme, *table_, look_);
  std::optional<std::size_t> found;
  double nearest = reach;
  for (std::size_t i = 0; i < table_->rows.size(); ++i) {
    if (!isKept(look_, table_->rows[i])) {
      continue;
    }
    const auto points = pointsOf(layout, table_->rows[i]);
    for (std::size_t j = 1; j < points.size(); ++j) {
      const double distance = distanceTo(point, points[j - 1], points[j]);
      if (distance < nearest) {
        nearest = distance;
        found = i;
      }
    }
  }
  return found;
}

HoverCard ParallelFigure::cardOf(std::size_t row) const {
  HoverCard card;
  card.head = table_->rows[row].name;
  for (const std::size_t axis : orderedAxes(*table_, look_)) {
    card.lines.emplace_back(table_->axes[axis].name,
                            parallelText(table_->axes[axis], table_->rows[row].values[axis]));
  }
  return card;
}

Table ParallelFigure::data() const {
  Table table;
  table.columns.emplace_back("name");
  const auto order = orderedAxes(*table_, look_);
  for (const std::size_t axis : order) {
    table.columns.push_back(table_->axes[axis].name.toStdString() +
                            (table_->axes[axis].percent ? " (%)" : ""));
  }
  table.columns.emplace_back("kept");
  for (const ParallelRow& row : table_->rows) {
    std::vector<Table::Cell> cells{row.name.toStdString()};
    for (const std::size_t axis : order) {
      const double value = row.values[axis];
      if (!std::isfinite(value)) {
        cells.emplace_back();
      } else if (!table_->axes[axis].names.empty()) {
        cells.emplace_back(parallelText(table_->axes[axis], value).toStdString());
      } else {
        cells.emplace_back(table_->axes[axis].percent ? 100.0 * value : value);
      }
    }
    cells.emplace_back(std::string(isKept(look_, row) ? "yes" : "no"));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace alidade
