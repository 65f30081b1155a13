// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/column_parts.h"

#include <algorithm>

#include <QPainter>
#include <QStringList>

#include "core/base/constants.h"
#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr int kHeadLines = 3;
constexpr int kMeasureRows = 3;
constexpr double kFarNumber = 1e5;

QString percent(double share) {
  return numberText(100.0 * share, 0) + QStringLiteral(" %");
}

/// Fixed decimals, or a power of ten for the far numbers of a diverging path.
QString measureText(double value, int decimals) {
  return value < kFarNumber ? numberText(value, decimals) : QString::number(value, 'g', 2);
}

QString evaluationsText(const ObjectSamples& samples) {
  return QStringLiteral("NFE %1").arg(samples.evaluations);
}

QString costText(const ObjectSamples& samples) {
  return evaluationsText(samples) + QStringLiteral(" \u00b7 %1 ms").arg(numberText(samples.milliseconds, 0));
}

/// What is measured: its label, and a shorter one for narrow columns.
struct MeasureLabel {
  const char* whole;
  const char* brief;
};
constexpr MeasureLabel kLabels[kMeasureRows] = {{"median rotation", "rotation"},
                                                {"median translation", "translation"},
                                                {"outliers over 30\u00b0", "outliers"}};
constexpr const char* kWidestValue = "000.00 cm";

}  // namespace

double measureRowHeight(const PlotTheme& theme) {
  return 1.15 * lineHeight(theme, TextRole::kSmall);
}

double leastColumnWidth(const PlotTheme& theme) {
  double widest = 0.0;
  for (const MeasureLabel& label : kLabels) {
    widest = std::max(widest, textWidth(theme, QString::fromUtf8(label.brief), {TextRole::kSmall}));
  }
  return widest + 2.0 * theme.spacing +
         textWidth(theme, QString::fromUtf8(kWidestValue), {TextRole::kSmall, {}, true});
}

double columnHeadHeight(const PlotTheme& theme) {
  return lineHeight(theme, TextRole::kTitle) + (kHeadLines - 1) * lineHeight(theme, TextRole::kSmall) +
         theme.spacing;
}

double columnFootHeight(const PlotTheme& theme) {
  return (2 + kMeasureRows) * measureRowHeight(theme) + 4.0 * theme.spacing;
}

void paintSentence(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QString& sentence,
                   const QColor& color) {
  const TextStyle style{TextRole::kSmall, color};
  const double step = lineHeight(theme, TextRole::kSmall);
  QString line;
  double y = area.top();
  const auto flush = [&] {
    drawText(painter, theme, {area.left(), y}, Qt::AlignLeft | Qt::AlignTop,
             elided(theme, line, area.width(), style), style);
    y += step;
  };
  for (const QString& word : sentence.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
    const QString longer = line.isEmpty() ? word : line + QLatin1Char(' ') + word;
    if (!line.isEmpty() && textWidth(theme, longer, style) > area.width()) {
      flush();
      line = word;
      if (y + step > area.bottom()) {
        return;
      }
    } else {
      line = longer;
    }
  }
  flush();
}

void paintColumnHead(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                     const ShownColumn& column) {
  const QColor color = theme.colors.runs[column.index];
  const TextStyle letter{TextRole::kTitle, color, false, true};
  const double indent = textWidth(theme, QStringLiteral("A"), letter) + 1.5 * theme.spacing;
  drawText(painter, theme, area.topLeft(), Qt::AlignLeft | Qt::AlignTop, columnLetter(column.index), letter);
  if (!column.samples) {
    return;
  }
  const ObjectSamples& samples = *column.samples;
  const TextStyle name{TextRole::kTitle, theme.colors.text, false, true};
  drawText(painter, theme, area.topLeft() + QPointF(indent, 0.0), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, shownName(theme, QString::fromStdString(samples.name)), area.width() - indent, name),
           name);
  const TextStyle muted{TextRole::kSmall, theme.colors.muted};
  const double y = area.top() + lineHeight(theme, TextRole::kTitle);
  const double small = lineHeight(theme, TextRole::kSmall);
  drawText(painter, theme, {area.left(), y}, Qt::AlignLeft | Qt::AlignTop,
           elided(theme, QString::fromStdString(samples.sampler), area.width(), muted), muted);
  if (samples.first_bad_step >= 0) {
    const TextStyle alarm{TextRole::kSmall, theme.colors.error, false, true};
    const QString text = QStringLiteral("not finite at step %1 \u00b7 path kept").arg(samples.first_bad_step);
    drawText(painter, theme, {area.left(), y + small}, Qt::AlignLeft | Qt::AlignTop,
             elided(theme, text, area.width(), alarm), alarm);
    return;
  }
  double room = area.width();
  if (samples.analytic) {
    const TextStyle demo{TextRole::kSmall, theme.colors.warning};
    const QString text = QStringLiteral("analytic demo");
    drawText(painter, theme, {area.right(), y + small}, Qt::AlignRight | Qt::AlignTop, text, demo);
    room -= textWidth(theme, text, demo) + theme.spacing;
  }
  // What it cost is said as far as there is room beside that.
  for (const QString& cost : {costText(samples), evaluationsText(samples)}) {
    if (textWidth(theme, cost, muted) <= room) {
      drawText(painter, theme, {area.left(), y + small}, Qt::AlignLeft | Qt::AlignTop, cost, muted);
      return;
    }
  }
}

void paintModeMeter(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                    const ShownColumn& column) {
  const TextStyle muted{TextRole::kSmall, theme.colors.muted};
  const SampleMeasures& measures = *column.measures;
  if (column.samples->symmetry.trivial() || column.samples->symmetry.any) {
    drawText(painter, theme, {area.left(), area.top()}, Qt::AlignLeft | Qt::AlignTop,
             column.samples->symmetry.any ? QStringLiteral("every rotation is equivalent")
                                          : QStringLiteral("no symmetry: one mode"),
             muted);
    return;
  }
  const QRectF bar(area.left(), area.top(), area.width(), 1.5 * theme.spacing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.colors.grid);
  painter.drawRect(bar);
  painter.setBrush(theme.colors.runs[column.index]);
  // The entropy is that of the samples near an equivalent; noise, which is near none, fills nothing.
  const double filled = std::clamp(measures.entropy * (1.0 - measures.outliers), 0.0, 1.0);
  painter.drawRect(QRectF(bar.topLeft(), QSizeF(bar.width() * filled, bar.height())));
  const double y = bar.bottom() + 0.5 * theme.spacing;
  const QString covered = QStringLiteral("%1 covered").arg(percent(measures.coverage));
  const QString most = QStringLiteral("all modes"), least = QStringLiteral("1 mode");
  drawText(painter, theme, {area.center().x(), y}, Qt::AlignHCenter | Qt::AlignTop, covered,
           {TextRole::kSmall});
  // The ends are named where there is room beside the number.
  const double room = 0.5 * (area.width() - textWidth(theme, covered, {TextRole::kSmall})) - theme.spacing;
  if (textWidth(theme, most, muted) <= room) {
    drawText(painter, theme, {area.left(), y}, Qt::AlignLeft | Qt::AlignTop, least, muted);
    drawText(painter, theme, {area.right(), y}, Qt::AlignRight | Qt::AlignTop, most, muted);
  }
}

void paintSampleMeasures(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                         const SampleMeasures& measures) {
  const QString values[kMeasureRows] = {
      measureText(measures.rotation_median * kDegreesPerRadian, 1) + QStringLiteral("\u00b0"),
      measureText(100.0 * measures.translation_median, 2) + QStringLiteral(" cm"),
      percent(measures.outliers)};
  const TextStyle muted{TextRole::kSmall, theme.colors.muted}, number{TextRole::kSmall, {}, true};
  double y = area.top();
  for (int row = 0; row < kMeasureRows; ++row) {
    const double room = area.width() - textWidth(theme, values[row], number) - theme.spacing;
    QString label = QString::fromUtf8(kLabels[row].whole);
    if (textWidth(theme, label, muted) > room) {
      label = elided(theme, QString::fromUtf8(kLabels[row].brief), room, muted);
    }
    drawText(painter, theme, {area.left(), y}, Qt::AlignLeft | Qt::AlignTop, label, muted);
    drawText(painter, theme, {area.right(), y}, Qt::AlignRight | Qt::AlignTop, values[row], number);
    y += measureRowHeight(theme);
  }
}

}  // namespace alidade
