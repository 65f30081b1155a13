// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_readout.h"

#include <algorithm>

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kReadoutSwatch = 16.0;
constexpr double kFromMouse = 14.0;

QString headText(double step) {
  return QStringLiteral("step %1").arg(step, 0, 'f', 0);
}

/// "0.1234", of an arm "0.12 (0.1–0.14)", "–" where a run has nothing; the raw value apart.
std::pair<QString, QString> valueTexts(const TrainingFigure::Reading& reading) {
  if (!reading.step) {
    return {QString(QChar(0x2013)), {}};
  }
  if (reading.span) {
    return {valueText(reading.value),
            valueText(reading.span->first) + QChar(0x2013) + valueText(reading.span->second)};
  }
  return {valueText(reading.value), reading.raw ? "raw " + valueText(*reading.raw) : QString()};
}

/// One line per run: names left, values right, raw values or spans behind them.
struct Box {
  QRectF area;
  double name_width = 0.0, value_width = 0.0, extra_width = 0.0;
};

Box boxOf(const PlotTheme& theme, const QString& head, const std::vector<TrainingFigure::Reading>& readings,
          const QPointF& mouse, const QRectF& bounds) {
  const TextStyle number{TextRole::kSmall, {}, true};
  const double gap = theme.spacing;
  Box box;
  for (const auto& reading : readings) {
    const auto [value, extra] = valueTexts(reading);
    box.name_width = std::max(box.name_width, textWidth(theme, reading.name, {TextRole::kSmall}));
    box.value_width = std::max(box.value_width, textWidth(theme, value, number));
    box.extra_width = std::max(box.extra_width, textWidth(theme, extra, number));
  }
  box.name_width = std::min(box.name_width, 0.4 * bounds.width());
  const double line = lineHeight(theme, TextRole::kSmall);
  const double row = kReadoutSwatch + gap + box.name_width + 3.0 * gap + box.value_width +
                     (box.extra_width > 0.0 ? 2.0 * gap + box.extra_width : 0.0);
  const QSizeF size(std::max(row, textWidth(theme, head, {TextRole::kSmall})) + 4.0 * gap,
                    static_cast<double>(readings.size() + 1) * line + 3.0 * gap);
  QPointF corner = mouse + QPointF(kFromMouse, kFromMouse);
  if (corner.x() + size.width() > bounds.right()) {
    corner.setX(mouse.x() - kFromMouse - size.width());
  }
  corner.setX(std::max(corner.x(), bounds.left()));
  corner.setY(std::clamp(corner.y(), bounds.top(), std::max(bounds.top(), bounds.bottom() - size.height())));
  box.area = QRectF(corner, size);
  return box;
}

}  // namespace

QStringList readoutText(const TrainingFigure& figure, std::size_t plot, double step) {
  QStringList lines{headText(step)};
  for (const auto& reading : figure.readings(plot, step)) {
    const auto [value, extra] = valueTexts(reading);
    lines << reading.name + QStringLiteral(": ") + value +
                 (extra.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(extra));
  }
  return lines;
}

void paintCrosshair(QPainter& painter, const PlotTheme& theme, const TrainingFigure& figure, std::size_t plot,
                    const TrainingAxes& axes, double step) {
  if (step < axes.first || step > axes.last) {
    return;
  }
  painter.setPen(QPen(theme.colors.muted, theme.hairline));
  painter.drawLine(QPointF(axes.x(step), axes.area.top()), QPointF(axes.x(step), axes.area.bottom()));
  for (const auto& reading : figure.readings(plot, step)) {
    if (!reading.step || !axes.draws(reading.value)) {
      continue;
    }
    const QPointF at(axes.x(*reading.step), axes.y(reading.value));
    if (axes.area.adjusted(-1.0, -1.0, 1.0, 1.0).contains(at)) {
      painter.setPen(QPen(theme.background(), theme.hairline));
      painter.setBrush(runPen(theme, reading.style, 1.0).color());
      painter.drawEllipse(at, 0.3 * theme.text_size, 0.3 * theme.text_size);
    }
  }
}

void paintReadout(QPainter& painter, const PlotTheme& theme, const TrainingFigure& figure, std::size_t plot,
                  double step, const QPointF& mouse, const QRectF& bounds) {
  const auto readings = figure.readings(plot, step);
  const QString head = headText(step);
  const Box box = boxOf(theme, head, readings, mouse, bounds);
  const double gap = theme.spacing, line = lineHeight(theme, TextRole::kSmall);
  painter.setPen(QPen(theme.colors.border, theme.hairline));
  painter.setBrush(theme.colors.raised);
  painter.drawRoundedRect(box.area, gap, gap);
  const double left = box.area.left() + 2.0 * gap;
  double y = box.area.top() + gap + 0.5 * line;
  drawText(painter, theme, {left, y}, Qt::AlignLeft | Qt::AlignVCenter, head,
           {TextRole::kSmall, theme.colors.muted});
  for (const auto& reading : readings) {
    y += line;
    const auto [value, extra] = valueTexts(reading);
    painter.setPen(runPen(theme, reading.style, 1.3 * theme.line));
    painter.drawLine(QPointF(left, y), QPointF(left + kReadoutSwatch, y));
    const double name = left + kReadoutSwatch + gap;
    drawText(painter, theme, {name, y}, Qt::AlignLeft | Qt::AlignVCenter,
             elided(theme, reading.name, box.name_width + 0.5, {TextRole::kSmall}), {TextRole::kSmall});
    const double end = name + box.name_width + 3.0 * gap + box.value_width;
    drawText(painter, theme, {end, y}, Qt::AlignRight | Qt::AlignVCenter, value,
             {TextRole::kSmall, {}, true});
    drawText(painter, theme, {end + 2.0 * gap, y}, Qt::AlignLeft | Qt::AlignVCenter, extra,
             {TextRole::kSmall, theme.colors.muted, true});
  }
}

}  // namespace alidade
