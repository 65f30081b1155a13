// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_paint.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "views/base/plot.h"
#include "views/contention/contention_figure.h"

namespace alidade {
namespace {

constexpr int kBarCells = 64;
constexpr double kFilled = 0.86;                        // of a cell's width
constexpr double kLeastWhole = 0.9, kLeastShort = 0.8;  // of small text

QString barText(const ContentionSheet& sheet, double share) {
  const bool beyond = sheet.kind == ContentionSheet::Kind::kDifference && std::abs(share) == 1.0;
  const QString sign = !beyond       ? QString()
                       : share > 0.0 ? QStringLiteral("\u2265 ")
                                     : QStringLiteral("\u2264 ");
  return sign + numberText(share * sheet.span, sheet.span < 10.0 ? 1 : 0);
}

}  // namespace

QColor contentionColor(const ContentionSheet& sheet, double value) {
  const double share = std::clamp(value / sheet.span, -1.0, 1.0);
  return sheet.colors.at(0.5 * (sheet.kind == ContentionSheet::Kind::kEffects ? 1.0 + share : 1.0 - share));
}

void paintHatch(QPainter& painter, const PlotTheme& theme, const QRectF& square) {
  const double step = 1.5 * theme.spacing;
  const double width = square.width(), height = square.height();
  QVector<QLineF> strokes;
  for (double k = step - height; k < width; k += step) {
    // From the lower side at k to the upper right; both ends moved along the stroke to the square's sides.
    const double from = std::max(0.0, -k), to = std::min(height, width - k);
    if (to > from) {
      strokes << QLineF(square.left() + k + from, square.bottom() - from, square.left() + k + to,
                        square.bottom() - to);
    }
  }
  painter.setPen(QPen(theme.colors.border, theme.hairline, Qt::SolidLine, Qt::FlatCap));
  painter.drawLines(strokes);
}

CellNumbers cellNumbers(PlotTheme& theme, const QString& widest, double width) {
  const auto scaleOf = [&](QString text) {
    return kFilled * width / std::max(textWidth(theme, text, {TextRole::kSmall, {}, true}), 1e-6);
  };
  const double whole = scaleOf(widest);
  if (whole >= kLeastWhole) {
    theme.small_size *= std::min(1.0, whole);
    return CellNumbers::kWhole;
  }
  const double cut = scaleOf(QString(widest).replace(QStringLiteral("0."), QStringLiteral(".")));
  theme.small_size *= std::min(1.0, cut);
  return cut >= kLeastShort ? CellNumbers::kShort : CellNumbers::kNone;
}

QString cellText(double value, int decimals, CellNumbers numbers) {
  QString text = numberText(value, decimals);
  if (numbers == CellNumbers::kShort && std::abs(value) < 1.0) {
    text.replace(QStringLiteral("0."), QStringLiteral("."));
  }
  return text;
}

void paintValueBar(QPainter& painter, const PlotTheme& theme, const QRectF& bar,
                   const std::function<QColor(double)>& color, const std::vector<BarTick>& ticks,
                   const QString& name) {
  if (bar.height() < 2.0 * lineHeight(theme)) {
    return;
  }
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  for (int i = 0; i < kBarCells; ++i) {
    const double top = bar.top() + bar.height() * i / kBarCells;
    const double overlap = i + 1 < kBarCells ? 0.5 * bar.height() / kBarCells : 0.0;
    painter.fillRect(QRectF(bar.left(), top, bar.width(), bar.height() / kBarCells + overlap),
                     color(1.0 - (i + 0.5) / kBarCells));
  }
  painter.restore();
  const bool halves = bar.height() > 6.0 * lineHeight(theme, TextRole::kSmall);
  const TextStyle style{TextRole::kSmall, theme.colors.muted, true};
  double widest = 0.0;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    if (!halves && i % 2 == 1) {
      continue;
    }
    const double share = ticks[i].share;
    const double y = bar.top() + (1.0 - share) * bar.height();
    painter.setPen(theme.axisPen());
    painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + theme.spacing, y));
    widest = std::max(widest, textWidth(theme, ticks[i].text, style));
    const Qt::Alignment vertical = share == 1.0   ? Qt::AlignTop
                                   : share == 0.0 ? Qt::AlignBottom
                                                  : Qt::AlignVCenter;
    drawText(painter, theme, {bar.right() + 1.5 * theme.spacing, y}, Qt::AlignLeft | vertical, ticks[i].text,
             style);
  }
  drawText(painter, theme, {bar.right() + 2.5 * theme.spacing + widest, bar.center().y()},
           Qt::AlignHCenter | Qt::AlignTop, name,
           {TextRole::kSmall, theme.colors.muted, false, false, -90.0});
}

void paintContentionBar(QPainter& painter, const PlotTheme& theme, const QRectF& bar,
                        const ContentionSheet& sheet) {
  std::vector<BarTick> ticks;
  for (const double share : {1.0, 0.5, 0.0, -0.5, -1.0}) {
    ticks.push_back({0.5 * (1.0 + share), barText(sheet, share)});
  }
  const auto color = [&](double share) { return contentionColor(sheet, sheet.span * (2.0 * share - 1.0)); };
  paintValueBar(painter, theme, bar, color, ticks, sheet.value_name);
}

void paintToAllName(QPainter& painter, const PlotTheme& theme, const QPointF& right) {
  PlotTheme lowered = theme;
  lowered.small_size *= 0.8;
  const QString index = QStringLiteral("ca");
  const double width = textWidth(lowered, index, {TextRole::kSmall});
  drawText(painter, theme, right - QPointF(width, 0.0), Qt::AlignRight | Qt::AlignVCenter,
           QStringLiteral("S"), {TextRole::kSmall});
  drawText(painter, lowered, right + QPointF(0.0, 0.25 * theme.small_size), Qt::AlignRight | Qt::AlignVCenter,
           index, {TextRole::kSmall});
}

}  // namespace alidade
