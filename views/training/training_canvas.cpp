// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_canvas.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include "views/base/plot.h"
#include "views/training/training_readout.h"

namespace alidade {
namespace {

constexpr double kWheelStep = 120.0;
constexpr double kZoom = 1.25;
constexpr double kLeastSpan = 10.0;  // steps
constexpr double kMoveShare = 0.1;   // of the window, per key

bool isOurs(int key) {
  return key == Qt::Key_Plus || key == Qt::Key_Equal || key == Qt::Key_Minus || key == Qt::Key_0 ||
         key == Qt::Key_Left || key == Qt::Key_Right;
}

}  // namespace

TrainingCanvas::TrainingCanvas(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(260, 160);
  setAccessibleName(tr("Training curves"));
  setAccessibleDescription(tr("Plus and minus zoom, the arrow keys move, 0 shows all steps."));
}

void TrainingCanvas::setPlots(std::shared_ptr<const TrainingPlots> plots) {
  plots_ = std::move(plots);
  rebuild();
}

void TrainingCanvas::setLogarithmic(bool logarithmic) {
  window_.logarithmic = logarithmic;
  rebuild();
}

void TrainingCanvas::setSteps(std::optional<std::pair<double, double>> steps) {
  const double end = plots_ ? plots_->last_step : 1.0;
  if (steps) {
    const double span = std::clamp(steps->second - steps->first, std::min(kLeastSpan, end), end);
    const double first = std::clamp(steps->first, 0.0, end - span);
    steps = span < end ? std::optional(std::pair(first, first + span)) : std::nullopt;
  }
  if (steps != window_.steps) {
    window_.steps = steps;
    rebuild();
    Q_EMIT stepsChanged();
  }
}

void TrainingCanvas::rebuild() {
  figure_ = plots_ ? std::make_shared<TrainingFigure>(plots_, window_) : nullptr;
  picture_ = {};
  update();
}

std::vector<ChartFrame> TrainingCanvas::frames() const {
  return figure_ ? figure_->frames(rect(), screenPlotTheme(themeOf(*this))) : std::vector<ChartFrame>{};
}

void TrainingCanvas::zoom(double factor, double about) {
  if (figure_) {
    const auto [first, last] = figure_->steps();
    setSteps(std::pair(about - (about - first) / factor, about + (last - about) / factor));
  }
}

void TrainingCanvas::moveBy(double share) {
  if (window_.steps) {
    const double by = share * (window_.steps->second - window_.steps->first);
    setSteps(std::pair(window_.steps->first + by, window_.steps->second + by));
  }
}

std::optional<TrainingCanvas::Hover> TrainingCanvas::hoverAt(const QPointF& point) const {
  const auto all = frames();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].area.contains(point)) {
      if (const auto step = figure_->recordedStep(i, all[i].xValue(point.x()))) {
        return Hover{i, *step};
      }
    }
  }
  return std::nullopt;
}

QStringList TrainingCanvas::readout(const QPointF& point) const {
  const auto hover = hoverAt(point);
  return hover ? trainingReadout(*figure_, screenPlotTheme(themeOf(*this)), hover->plot, hover->step).texts()
               : QStringList();
}

void TrainingCanvas::paintEvent(QPaintEvent*) {
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  const QSize pixels = (QSizeF(size()) * devicePixelRatioF()).toSize();
  if (picture_.size() != pixels) {
    picture_ = QPixmap(pixels);
    picture_.setDevicePixelRatio(devicePixelRatioF());
    picture_.fill(theme.background());
    if (figure_) {
      QPainter painter(&picture_);
      figure_->paint(painter, rect(), theme);
    }
  }
  QPainter painter(this);
  painter.drawPixmap(0, 0, picture_);
  if (figure_ && mouse_ && !drag_) {
    paintHover(painter, theme);
  }
}

void TrainingCanvas::paintHover(QPainter& painter, const PlotTheme& theme) const {
  const auto hover = hoverAt(*mouse_);
  if (!hover) {
    return;
  }
  painter.setRenderHint(QPainter::Antialiasing);
  const auto all = frames();
  for (std::size_t i = 0; i < all.size(); ++i) {
    paintStep(painter, theme, *figure_, i, all[i], hover->step);
  }
  paintReadout(painter, theme, trainingReadout(*figure_, theme, hover->plot, hover->step), *mouse_, rect());
}

void TrainingCanvas::wheelEvent(QWheelEvent* event) {
  for (const ChartFrame& panel : frames()) {
    if (panel.area.contains(event->position())) {
      zoom(std::pow(kZoom, event->angleDelta().y() / kWheelStep), panel.xValue(event->position().x()));
      event->accept();
      return;
    }
  }
  event->ignore();
}

void TrainingCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && figure_) {
    drag_ = event->position();
    drag_steps_ = figure_->steps();
  }
}

void TrainingCanvas::mouseMoveEvent(QMouseEvent* event) {
  mouse_ = event->position();
  const auto all = frames();
  if (drag_ && (event->buttons() & Qt::LeftButton) && window_.steps && !all.empty()) {
    const double by =
        (drag_->x() - mouse_->x()) / all.front().area.width() * (drag_steps_.second - drag_steps_.first);
    setSteps(std::pair(drag_steps_.first + by, drag_steps_.second + by));
  }
  update();
}

void TrainingCanvas::mouseReleaseEvent(QMouseEvent*) {
  drag_.reset();
  update();
}

void TrainingCanvas::mouseDoubleClickEvent(QMouseEvent*) {
  setSteps(std::nullopt);
}

bool TrainingCanvas::event(QEvent* event) {
  // The arrows step through frames elsewhere; with the focus here they are ours.
  if (event->type() == QEvent::ShortcutOverride && isOurs(static_cast<QKeyEvent*>(event)->key()) &&
      !(static_cast<QKeyEvent*>(event)->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
    event->accept();
    return true;
  }
  return QWidget::event(event);
}

void TrainingCanvas::keyPressEvent(QKeyEvent* event) {
  const auto [first, last] = figure_ ? figure_->steps() : std::pair(0.0, 1.0);
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      zoom(kZoom, 0.5 * (first + last));
      return;
    case Qt::Key_Minus:
      zoom(1.0 / kZoom, 0.5 * (first + last));
      return;
    case Qt::Key_0:
      setSteps(std::nullopt);
      return;
    case Qt::Key_Left:
      moveBy(-kMoveShare);
      return;
    case Qt::Key_Right:
      moveBy(kMoveShare);
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

void TrainingCanvas::leaveEvent(QEvent* event) {
  mouse_.reset();
  update();
  QWidget::leaveEvent(event);
}

void TrainingCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    picture_ = {};
    update();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
