// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/epoch_track.h"

#include <algorithm>
#include <cmath>

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include "views/base/theme.h"

namespace alidade {
namespace {

constexpr int kHeight = 36;
constexpr double kSide = 8.0;    // room for the handle at both ends
constexpr double kHandle = 5.0;  // radius
constexpr double kTop = 4.0;

}  // namespace

EpochTrack::EpochTrack(QWidget* parent) : QAbstractSlider(parent) {
  setOrientation(Qt::Horizontal);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Epoch"));
  setToolTip(tr("Epoch; the line is the share of pairs in conflict"));
  setPageStep(10);
  connect(this, &QAbstractSlider::valueChanged, this, qOverload<>(&QWidget::update));
}

void EpochTrack::setSeries(std::vector<double> epochs, std::vector<double> shares) {
  epochs_ = std::move(epochs);
  shares_ = std::move(shares);
  setRange(0, std::max(0, static_cast<int>(epochs_.size()) - 1));
  update();
}

QSize EpochTrack::sizeHint() const {
  return {320, kHeight};
}

QSize EpochTrack::minimumSizeHint() const {
  return {80, kHeight};
}

QRectF EpochTrack::line() const {
  return QRectF(rect()).adjusted(kSide, kTop, -kSide, -kHandle - 1.0);
}

double EpochTrack::placeOf(int index) const {
  const QRectF area = line();
  if (epochs_.size() < 2) {
    return area.left();
  }
  const double span = epochs_.back() - epochs_.front();
  const auto at = static_cast<std::size_t>(std::clamp(index, 0, static_cast<int>(epochs_.size()) - 1));
  return area.left() + area.width() * (epochs_[at] - epochs_.front()) / span;
}

int EpochTrack::indexAt(double x) const {
  const QRectF area = line();
  if (epochs_.size() < 2 || area.width() <= 0.0) {
    return 0;
  }
  const double epoch =
      epochs_.front() + (x - area.left()) / area.width() * (epochs_.back() - epochs_.front());
  const auto above = std::lower_bound(epochs_.begin(), epochs_.end(), epoch);
  if (above == epochs_.begin()) {
    return 0;
  }
  if (above == epochs_.end()) {
    return static_cast<int>(epochs_.size()) - 1;
  }
  const auto index = static_cast<int>(above - epochs_.begin());
  return *above - epoch < epoch - *(above - 1) ? index : index - 1;
}

void EpochTrack::paintEvent(QPaintEvent*) {
  const Theme& colors = themeOf(*this);
  const QRectF area = line();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(colors.border, 1.0));
  painter.drawLine(area.bottomLeft(), area.bottomRight());
  painter.setPen(QPen(colors.grid, 1.0, Qt::DashLine));
  painter.drawLine(QPointF(area.left(), area.center().y()), QPointF(area.right(), area.center().y()));
  QPainterPath spark;
  bool open = false;
  for (std::size_t i = 0; i < epochs_.size() && i < shares_.size(); ++i) {
    if (!std::isfinite(shares_[i])) {
      open = false;
      continue;
    }
    const QPointF at(placeOf(static_cast<int>(i)), area.bottom() - shares_[i] * area.height());
    if (open) {
      spark.lineTo(at);
    } else {
      spark.moveTo(at);
    }
    open = true;
  }
  painter.setPen(QPen(colors.muted, 1.25));
  painter.drawPath(spark);
  if (!epochs_.empty()) {
    const double x = placeOf(value());
    painter.setPen(QPen(colors.accent, 1.5));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    painter.setPen(QPen(hasFocus() ? colors.text : colors.surface, 1.5));
    painter.setBrush(colors.accent);
    painter.drawEllipse(QPointF(x, area.bottom()), kHandle, kHandle);
  }
}

void EpochTrack::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) {
    setValue(indexAt(event->position().x()));
  }
}

void EpochTrack::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton) {
    setValue(indexAt(event->position().x()));
  }
}

void EpochTrack::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    update();
  }
  QAbstractSlider::changeEvent(event);
}

}  // namespace alidade
