// SPDX-License-Identifier: BSD-3-Clause
// How the bit strip is painted.
#include <algorithm>
#include <cmath>
#include <optional>

#include <QLocale>
#include <QPainter>

#include "core/sweep/sweep_numbers.h"
#include "views/base/plot.h"
#include "views/quantization/bit_strip.h"
#include "views/quantization/quantization_text.h"

namespace alidade {
namespace {

constexpr double kMostRow = 34.0 / 12.0, kMostOpenRow = 4.5, kLeastRow = 1.25;  // of text, of small text
constexpr double kBarHeight = 0.44;                                             // of a row
constexpr double kMostLabel = 16.0;   // times the size of small text
constexpr double kSlopeShare = 0.42;  // of the width beside the cells

/// Columns of the strip from left to right; empty ones are not shown.
struct StripLayout {
  QRectF title, head, rows;
  double number_right = 0.0;
  QRectF names, cells, before;
  std::array<QRectF, 2> bars;
  QRectF slopes;
  double height = 0.0;    ///< of a row
  std::size_t shown = 0;  ///< rows that fit

  QRectF in(const QRectF& column, std::size_t row) const {
    return {column.left(), rows.top() + height * static_cast<double>(row), column.width(), height};
  }
};

StripLayout layoutStrip(const QRectF& area, const PlotTheme& theme, const BitStripSheet& sheet) {
  StripLayout layout;
  const double gap = theme.spacing, pad = theme.print ? 0.5 * gap : 2.0 * gap;
  const double small = lineHeight(theme, TextRole::kSmall);
  const TextStyle words{TextRole::kSmall};
  QRectF inside = area.adjusted(pad, pad, -pad, -pad);
  layout.title = QRectF(inside.topLeft(), QSizeF(inside.width(), small));
  layout.head = QRectF(inside.left(), layout.title.bottom() + gap, inside.width(), small);
  const bool units = !sheet.units[0].isEmpty() || (!sheet.compact && !sheet.units[1].isEmpty());
  inside.setTop(layout.head.bottom() + (units ? small : 0.0) + gap);
  const auto count = static_cast<double>(std::max<std::size_t>(sheet.rows.size(), 1));
  layout.height = std::clamp(inside.height() / count, kLeastRow * small,
                             (sheet.compact ? kMostRow : kMostOpenRow) * theme.text_size);
  const double most = std::floor(inside.height() / layout.height);
  layout.shown = most >= count ? sheet.rows.size() : static_cast<std::size_t>(std::max(0.0, most - 1.0));
  double names = 0.0, cells = 0.0, before = 0.0;
  for (const BitStripSheet::Row& row : sheet.rows) {
    names = std::max(names, textWidth(theme, row.name, words));
    cells = std::max(cells, textWidth(theme, levelsText(row.levels), words));
    if (!row.before.isEmpty()) {
      before = std::max(before, textWidth(theme, worded("was %1").arg(row.before), words));
    }
  }
  layout.rows = inside;
  double x = inside.left() + (sheet.ordered ? 4.0 * gap : 0.0);
  layout.number_right = x - 1.5 * gap;
  const auto column = [&](double width) {
    const QRectF place(x, inside.top(), width, inside.height());
    x += width + 2.0 * gap;
    return place;
  };
  layout.names = column(std::min({names, kMostLabel * theme.small_size, 0.35 * inside.width()}));
  layout.cells = column(std::max(cells, textWidth(theme, QStringLiteral("ternary"), words)) + 2.0 * gap);
  layout.before =
      before > 0.0 || sheet.compact
          ? column(std::max(before, textWidth(theme, worded("was %1").arg(QStringLiteral("8")), words)))
          : QRectF();
  const double rest = std::max(0.0, inside.right() - x);
  if (sheet.compact || sheet.scores[1].isEmpty()) {
    layout.bars[0] = QRectF(x, inside.top(), rest, inside.height());
    return layout;
  }
  const double slope = kSlopeShare * rest, bar = 0.5 * (rest - slope) - 2.0 * gap;
  layout.bars[0] = column(bar);
  layout.slopes = column(slope);
  layout.bars[1] = column(bar);
  return layout;
}

class StripPainter {
 public:
  StripPainter(QPainter& painter, const PlotTheme& theme, const BitStripSheet& sheet, const QRectF& area)
      : painter_(painter), theme_(theme), sheet_(sheet), layout_(layoutStrip(area, theme, sheet)) {}

  void paint() {
    text(layout_.title, Qt::AlignLeft, sheet_.title, {TextRole::kSmall, {}, false, true});
    paintHead();
    for (std::size_t i = 0; i < layout_.shown; ++i) {
      paintRow(i);
    }
    for (std::size_t i = 0; i < 2; ++i) {
      paintBars(i);
    }
    paintSlopes();
    if (layout_.shown < sheet_.rows.size()) {
      text(layout_.in(layout_.rows, layout_.shown), Qt::AlignLeft,
           worded("%1 more").arg(sheet_.rows.size() - layout_.shown), muted());
    }
  }

 private:
  TextStyle muted() const { return {TextRole::kSmall, theme_.colors.muted}; }

  /// A line in a place, cut where it is too long.
  void text(const QRectF& place, Qt::Alignment side, const QString& line, const TextStyle& style) {
    const double x = (side & Qt::AlignRight) != 0     ? place.right()
                     : (side & Qt::AlignHCenter) != 0 ? place.center().x()
                                                      : place.left();
    drawText(painter_, theme_, {x, place.center().y()}, side | Qt::AlignVCenter,
             elided(theme_, line, place.width(), style), style);
  }

  QRectF headOf(const QRectF& column) const {
    return {column.left(), layout_.head.top(), column.width(), layout_.head.height()};
  }

  /// A score above its bars, its unit below.
  void paintScoreHead(std::size_t score) {
    QRectF place = headOf(layout_.bars[score]);
    text(place, Qt::AlignLeft, sheet_.scores[score], muted());
    place.moveTop(place.bottom());
    text(place, Qt::AlignLeft, sheet_.units[score], muted());
  }

  void paintHead() {
    text(headOf(layout_.cells), Qt::AlignHCenter, worded("levels"), muted());
    if (!sheet_.scores[0].isEmpty()) {
      paintScoreHead(0);
    }
    if (!layout_.slopes.isEmpty()) {
      const QString agreement = sheet_.spearman
                                    ? worded("ranks, \u03c1 = %1").arg(numberText(*sheet_.spearman, 2))
                                    : worded("ranks");
      text(headOf(layout_.slopes), Qt::AlignHCenter, agreement, muted());
      paintScoreHead(1);
    }
  }

  void paintRow(std::size_t i) {
    const BitStripSheet::Row& row = sheet_.rows[i];
    if (sheet_.ordered) {
      drawText(painter_, theme_, {layout_.number_right, layout_.in(layout_.names, i).center().y()},
               Qt::AlignRight | Qt::AlignVCenter, QString::number(i + 1),
               {TextRole::kSmall, theme_.colors.muted, true});
    }
    text(layout_.in(layout_.names, i), Qt::AlignLeft, row.name, {TextRole::kSmall});
    const QRectF cell = layout_.in(layout_.cells, i).adjusted(0.0, theme_.hairline, 0.0, -theme_.hairline);
    if (!row.levels.empty()) {
      const QColor ground = bitsColor(level_bits(row.levels));
      painter_.fillRect(cell, ground);
      text(cell, Qt::AlignHCenter, levelsText(row.levels), {TextRole::kSmall, inkOn(ground)});
    }
    if (!row.before.isEmpty()) {
      const double half = theme_.line;
      painter_.setPen(
          QPen(theme_.colors.accent, 2.0 * theme_.line, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
      painter_.setBrush(Qt::NoBrush);
      painter_.drawRect(cell.adjusted(-half, half, half, -half));
      text(layout_.in(layout_.before, i), Qt::AlignLeft, worded("was %1").arg(row.before), muted());
    }
  }

  void paintBars(std::size_t score) {
    if (layout_.bars[score].width() < 2.0 * theme_.spacing) {
      return;
    }
    double low = 0.0, high = 0.0;
    for (const BitStripSheet::Row& row : sheet_.rows) {
      for (const double value : {row.scores[score].value, row.scores[score].low, row.scores[score].high}) {
        low = std::isfinite(value) ? std::min(low, value) : low;
        high = std::isfinite(value) ? std::max(high, value) : high;
      }
    }
    if (low == high) {
      return;
    }
    const auto xOf = [&](double value) {
      return layout_.bars[score].left() + (value - low) / (high - low) * layout_.bars[score].width();
    };
    for (std::size_t i = 0; i < layout_.shown; ++i) {
      const IntervalNumber& number = sheet_.rows[i].scores[score];
      const QRectF row = layout_.in(layout_.bars[score], i);
      if (!std::isfinite(number.value)) {
        continue;
      }
      const double half = 0.5 * kBarHeight * row.height();
      QColor color = theme_.colors.runs[score];
      color.setAlphaF(0.75);
      painter_.fillRect(QRectF(QPointF(std::min(xOf(0.0), xOf(number.value)), row.center().y() - half),
                               QPointF(std::max(xOf(0.0), xOf(number.value)), row.center().y() + half)),
                        color);
      if (std::isfinite(number.low) && std::isfinite(number.high)) {
        painter_.setPen(QPen(theme_.colors.text, theme_.hairline));
        painter_.drawLine(QPointF(xOf(number.low), row.center().y()),
                          QPointF(xOf(number.high), row.center().y()));
      }
    }
    painter_.setPen(theme_.axisPen());
    painter_.drawLine(
        QPointF(xOf(0.0), layout_.rows.top()),
        QPointF(xOf(0.0), layout_.rows.top() + layout_.height * static_cast<double>(layout_.shown)));
  }

  /// The places of the rows by a score, the most sensitive first; those without a number have none.
  std::vector<std::optional<double>> ranks(std::size_t score) const {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < layout_.shown; ++i) {
      if (std::isfinite(sheet_.rows[i].scores[score].value)) {
        order.push_back(i);
      }
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return sheet_.rows[a].scores[score].value > sheet_.rows[b].scores[score].value;
    });
    std::vector<std::optional<double>> places(sheet_.rows.size());
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
      places[order[rank]] = static_cast<double>(rank);
    }
    return places;
  }

  void paintSlopes() {
    if (layout_.slopes.isEmpty()) {
      return;
    }
    const auto left = ranks(0), right = ranks(1);
    const double name = sheet_.layers ? 0.0 : std::min(0.3 * layout_.slopes.width(), layout_.names.width());
    const double from = layout_.slopes.left() + name + theme_.spacing,
                 to = layout_.slopes.right() - name - theme_.spacing;
    const auto yOf = [&](double rank) { return layout_.rows.top() + (rank + 0.5) * layout_.height; };
    for (std::size_t i = 0; i < layout_.shown; ++i) {
      const BitStripSheet::Row& row = sheet_.rows[i];
      const QColor color = theme_.colors.runs[row.module % theme_.colors.runs.size()];
      const TextStyle style{TextRole::kSmall};
      if (left[i] && !sheet_.layers) {
        drawText(painter_, theme_, {from - theme_.spacing, yOf(*left[i])}, Qt::AlignRight | Qt::AlignVCenter,
                 elided(theme_, row.name, name, style), style);
      }
      if (right[i] && !sheet_.layers) {
        drawText(painter_, theme_, {to + theme_.spacing, yOf(*right[i])}, Qt::AlignLeft | Qt::AlignVCenter,
                 elided(theme_, row.name, name, style), style);
      }
      if (left[i] && right[i]) {
        const QPointF a(from, yOf(*left[i])), b(to, yOf(*right[i]));
        painter_.setPen(QPen(color, theme_.line));
        painter_.drawLine(a, b);
        paintMark(painter_, LegendEntry::Mark::kDot, a, 2.5 * theme_.hairline, QPen(color));
        paintMark(painter_, LegendEntry::Mark::kDot, b, 2.5 * theme_.hairline, QPen(color));
      }
    }
  }

  QPainter& painter_;
  const PlotTheme& theme_;
  const BitStripSheet& sheet_;
  StripLayout layout_;
};

}  // namespace

void BitStripFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  StripPainter(painter, theme, *sheet_, area).paint();
  painter.restore();
}

std::vector<HoverFigure::Stop> BitStripFigure::stops(const QRectF& area, const PlotTheme& theme) const {
  const StripLayout layout = layoutStrip(area, theme, *sheet_);
  std::vector<Stop> stops;
  for (std::size_t i = 0; i < layout.shown; ++i) {
    const BitStripSheet::Row& row = sheet_->rows[i];
    HoverCard card;
    card.head = row.name;
    card.lines.emplace_back(worded("levels"), QString::fromStdString(level_label(row.levels)));
    if (!row.before.isEmpty()) {
      card.lines.emplace_back(worded("before"), row.before);
    }
    card.lines.emplace_back(worded("parameters"),
                            QLocale::c().toString(static_cast<qlonglong>(row.parameters)));
    for (std::size_t score = 0; score < 2; ++score) {
      const IntervalNumber& number = row.scores[score];
      if (!sheet_->scores[score].isEmpty() && std::isfinite(number.value)) {
        QString value = scoreValueText(number.value, sheet_->units[score].toStdString());
        if (std::isfinite(number.low) && std::isfinite(number.high)) {
          value += QStringLiteral(" (%1 \u2026 %2)").arg(valueText(number.low), valueText(number.high));
        }
        card.lines.emplace_back(sheet_->scores[score], value);
      }
    }
    stops.push_back({layout.in(layout.rows, i), std::move(card), static_cast<int>(row.module), false});
  }
  return stops;
}

}  // namespace alidade
