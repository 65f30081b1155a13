// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_readout.h"

#include "views/training/training_pens.h"

namespace alidade {
namespace {

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

}  // namespace

ChartReadout trainingReadout(const TrainingFigure& figure, const PlotTheme& theme, std::size_t plot,
                             double step) {
  ChartReadout readout{QStringLiteral("step %1").arg(step, 0, 'f', 0), {}};
  for (const auto& reading : figure.readings(plot, step)) {
    const auto [value, extra] = valueTexts(reading);
    readout.lines.push_back({runPen(theme, reading.style, 1.3 * theme.line), reading.name, value, extra});
  }
  return readout;
}

void paintStep(QPainter& painter, const PlotTheme& theme, const TrainingFigure& figure, std::size_t plot,
               const ChartFrame& frame, double step) {
  std::vector<std::pair<QPointF, QColor>> dots;
  for (const auto& reading : figure.readings(plot, step)) {
    if (reading.step && frame.y.draws(reading.value)) {
      dots.emplace_back(frame.map(*reading.step, reading.value), runPen(theme, reading.style, 1.0).color());
    }
  }
  paintCrosshair(painter, theme, frame, step, dots);
}

}  // namespace alidade
