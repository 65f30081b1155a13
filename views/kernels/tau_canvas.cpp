// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/tau_canvas.h"

#include <algorithm>
#include <cmath>

#include <QEvent>
#include <QMouseEvent>
#include <QPainter>

#include "core/sharing/sharing_numbers.h"
#include "views/base/plot.h"
#include "views/kernels/kernel_text.h"

namespace alidade {
namespace {

constexpr std::size_t kBins = 50;
constexpr int kHeight = 132;  // pixels

}  // namespace

TauCanvas::TauCanvas(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("tauCanvas"));
  setAccessibleName(tr("Histogram of \u03b1\u00b7\u03b2"));
  setFixedHeight(kHeight);
  setCursor(Qt::SplitHCursor);
}

void TauCanvas::setSharing(std::shared_ptr<const KernelSharing> sharing, std::size_t layer,
                           std::size_t source) {
  sharing_ = std::move(sharing);
  counts_ = sharing_ ? product_histogram(*sharing_, layer, source, kBins) : std::vector<std::int64_t>();
  update();
}

void TauCanvas::setTau(double tau) {
  tau_ = tau;
  update();
}

ChartFrame TauCanvas::frame() const {
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  ChartAxis x{0.0, 1.0, channelSign(KernelChannel::kProduct)};
  x.ticks = {0.0, 0.25, 0.5, 0.75, 1.0};
  std::int64_t most = 1;
  for (const std::int64_t count : counts_) {
    most = std::max(most, count);
  }
  ChartAxis y{0.0, 1.08 * static_cast<double>(most), tr("offsets \u00d7 scenes")};
  y.counts = true;
  return frameIn(theme, QRectF(rect()).adjusted(0.0, 4.0, -10.0, 0.0), x, y);
}

double TauCanvas::tauX() const {
  return frame().xAt(tau_);
}

void TauCanvas::drag(double x) {
  const double tau = std::clamp(frame().xValue(x), 0.0, 1.0);
  Q_EMIT tauDragged(std::round(1000.0 * tau) / 1000.0);
}

void TauCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && sharing_) {
    drag(event->position().x());
  }
}

void TauCanvas::mouseMoveEvent(QMouseEvent* event) {
  if ((event->buttons() & Qt::LeftButton) != 0 && sharing_) {
    drag(event->position().x());
  }
}

void TauCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    update();
  }
  QWidget::changeEvent(event);
}

void TauCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  paintBackground(painter, theme, rect());
  const ChartFrame place = frame();
  paintAxes(painter, theme, place);
  paintLabels(painter, theme, QRectF(rect()).adjusted(0.0, 4.0, -10.0, 0.0), place);
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const double low = static_cast<double>(i) / kBins, high = static_cast<double>(i + 1) / kBins;
    const double top = place.yAt(static_cast<double>(counts_[i])), split = std::clamp(tau_, low, high);
    const auto bar = [&](double from, double to, const QColor& color) {
      if (to > from) {
        painter.fillRect(QRectF(QPointF(place.xAt(from), top), QPointF(place.xAt(to), place.area.bottom())),
                         color);
      }
    };
    bar(low, split, theme.colors.muted);
    bar(split, high, theme.colors.accent);
  }
  painter.setPen(QPen(theme.colors.text, theme.line));
  const double x = place.xAt(tau_);
  painter.drawLine(QPointF(x, place.area.top()), QPointF(x, place.area.bottom()));
}

}  // namespace alidade
