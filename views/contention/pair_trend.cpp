// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/pair_trend.h"

#include <algorithm>

#include <QEvent>
#include <QMouseEvent>
#include <QPainter>

#include "views/base/theme.h"

namespace alidade {

PairTrend::PairTrend(QWidget* parent) : QWidget(parent) {
  setMinimumHeight(96);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Cosine over epochs"));
  setCursor(Qt::PointingHandCursor);
}

void PairTrend::setSeries(std::vector<double> epochs, std::vector<double> cosines) {
  epochs_ = std::move(epochs);
  cosines_ = std::move(cosines);
  zeros_.assign(epochs_.size(), 0.0);
  update();
}

void PairTrend::setEpoch(double epoch) {
  epoch_ = epoch;
  update();
}

Chart PairTrend::chart(const PlotTheme& theme) const {
  Chart chart;
  chart.x.low = epochs_.empty() ? 0.0 : epochs_.front();
  chart.x.high = epochs_.size() < 2 ? chart.x.low + 1.0 : epochs_.back();
  chart.y.low = -1.0;
  chart.y.high = 1.0;
  chart.y.ticks = {-1.0, 0.0, 1.0};
  chart.series.push_back({theme.axisPen(), epochs_, zeros_});
  ChartSeries line{QPen(theme.colors.text, theme.line), epochs_, cosines_};
  line.dots = epochs_.size() < 20;
  chart.series.push_back(line);
  chart.marks.push_back({epoch_, QPen(theme.colors.accent, theme.line), {}});
  return chart;
}

void PairTrend::paintEvent(QPaintEvent*) {
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(rect(), theme.background());
  if (!epochs_.empty()) {
    paintChart(painter, theme, rect(), chart(theme));
  }
}

void PairTrend::choose(double x) {
  if (!epochs_.empty()) {
    const PlotTheme theme = screenPlotTheme(themeOf(*this));
    const ChartFrame frame = frameOf(theme, rect(), chart(theme));
    Q_EMIT epochChosen(std::clamp(frame.xValue(x), epochs_.front(), epochs_.back()));
  }
}

void PairTrend::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) {
    choose(event->position().x());
  }
}

void PairTrend::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton) {
    choose(event->position().x());
  }
}

void PairTrend::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    update();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
