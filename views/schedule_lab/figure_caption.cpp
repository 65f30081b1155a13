// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/figure_caption.h"

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {

QStringList captionLines(const PlotTheme& theme, const QString& caption, double width) {
  QStringList lines;
  for (const QString& word : caption.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
    const QString longer = lines.isEmpty() ? word : lines.last() + QLatin1Char(' ') + word;
    if (lines.isEmpty() || textWidth(theme, longer, {TextRole::kSmall}) > width) {
      lines << word;
    } else {
      lines.last() = longer;
    }
  }
  return lines;
}

double captionHeight(const PlotTheme& theme, const QStringList& lines) {
  return lines.isEmpty()
             ? 0.0
             : theme.spacing + static_cast<double>(lines.size()) * lineHeight(theme, TextRole::kSmall);
}

void paintCaption(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QStringList& lines) {
  const double step = lineHeight(theme, TextRole::kSmall);
  double y = area.bottom() - static_cast<double>(lines.size()) * step;
  for (const QString& line : lines) {
    drawText(painter, theme, {area.left(), y}, Qt::AlignLeft | Qt::AlignTop, line,
             {TextRole::kSmall, theme.colors.muted});
    y += step;
  }
}

}  // namespace alidade
